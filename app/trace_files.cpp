#include "app/trace_files.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "app/unreadable_input.h"
#include "store/trace.h"

namespace why401 {
namespace {

struct Row {
    std::string_view kind;
    TraceNotes (*read)(std::string_view bytes, const TraceSink& sink);
};
constexpr Row kReaders[] = {
    {"har", read_har}, {"saz", read_saz}, {"netlog", read_netlog}, {"pcap", read_pcap}};

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    std::string bytes;
    if (!error) bytes.reserve(size);
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream.eof() && stream.fail()) throw UnreadableInput(file.string() + " cannot be read");
    return bytes;
}

}  // namespace

void read_trace_file(const std::filesystem::path& file, ExplainedSource& source,
                     const std::function<void(RecordItem)>& sink) {
    for (const Row& row : kReaders) {
        if (row.kind != source.kind) continue;
        try {
            TraceNotes notes = row.read(bytes_of(file), sink);
            source.sanitized = notes.sanitized;
            source.notes = std::move(notes.remarks);
        } catch (const TraceError& error) {
            throw UnreadableInput(file.string() + ": " + error.what());
        }
    }
}

}  // namespace why401
