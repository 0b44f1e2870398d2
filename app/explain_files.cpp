#include "app/explain_files.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "app/merge.h"
#include "app/trace_files.h"
#include "store/capture.h"

namespace why401 {
namespace {

constexpr std::size_t kBeginning = 64 * 1024;
constexpr auto kRecorderLag = std::chrono::milliseconds(200);

std::string beginning_of(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) throw UnreadableInput("there is no file " + file.string());
    if (std::filesystem::is_directory(file, error)) throw UnreadableInput(file.string() + " is a folder");
    std::ifstream stream(file, std::ios::binary);
    std::string bytes(kBeginning, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    if (bytes.empty()) throw UnreadableInput(file.string() + " is empty or cannot be read");
    return bytes;
}

std::string_view name_of_kind(std::string_view kind) {
    if (kind == "iis-w3c") return "IIS W3C logs";
    if (kind == "httperr") return "HTTPERR logs";
    return "failed request traces (FREB)";
}

void count(const RecordItem& item, ExplainedSource& source) {
    source.exchanges += std::holds_alternative<Exchange>(item);
    const auto* hole = std::get_if<NotRecorded>(&item);
    if (!hole) return;
    source.not_recorded += hole->exchanges;
    source.because = hole->because;
}

// A capture that is being recorded may be behind what its user has just seen: what a recorder holds back at
// the most. A killed one waits the same, for nothing.
void let_recorder_catch_up(const std::filesystem::path& file) {
    if (!CaptureReader(file).header().clean_end) std::this_thread::sleep_for(kRecorderLag);
}

using ItemSink = std::function<void(RecordItem)>;

void read_capture(const std::filesystem::path& file, ExplainedSource&, const ItemSink& sink) {
    try {
        let_recorder_catch_up(file);
        CaptureReader(file).items([&](RecordItem item) {
            sink(std::move(item));
            return true;
        });
    } catch (const CaptureError& error) {
        throw UnreadableInput(error.what());
    }
}

/// One row for each kind of file that can be explained.
using Read = void (*)(const std::filesystem::path& file, ExplainedSource& source, const ItemSink& sink);
struct Reader {
    std::string_view kind;
    Read read;
};
constexpr Reader kReaders[] = {{"capture", read_capture},
                               {"har", read_trace_file},
                               {"saz", read_trace_file},
                               {"netlog", read_trace_file},
                               {"pcap", read_trace_file}};

/// How a file of its kind is read. Throws when it is of none.
Read reader_for(const std::filesystem::path& file, std::string& kind) {
    kind = kind_of_file(beginning_of(file));
    for (const Reader& reader : kReaders)
        if (reader.kind == kind) return reader.read;
    if (kind.empty())
        throw UnreadableInput(file.string() +
                              " is not a why401 capture, and nothing else that is known here");
    throw UnreadableInput(file.string() + " looks like one of the " + std::string(name_of_kind(kind)) +
                          ": reading " + std::string(name_of_kind(kind)) + " is not part of this version");
}

}  // namespace

std::string kind_of_file(std::string_view beginning) {
    const auto starts = [&](std::string_view with) { return beginning.substr(0, with.size()) == with; };
    const auto holds = [&](std::string_view what) { return beginning.find(what) != std::string_view::npos; };
    if (starts("SQLite format 3")) return "capture";
    if (starts("PK\x03\x04") || starts("PK\x05\x06")) return "saz";
    for (const std::string_view magic :
         {"\x0a\x0d\x0d\x0a", "\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d"})
        if (starts(magic)) return "pcap";
    if (starts("\xef\xbb\xbf")) beginning.remove_prefix(3);  // a byte order mark
    const std::size_t first = beginning.find_first_not_of(" \t\r\n");
    beginning.remove_prefix(first == std::string_view::npos ? beginning.size() : first);
    if (starts("{")) {
        // What a name is depends on where it stands: a HAR may hold anything in its values.
        const std::size_t key = std::min(beginning.find_first_not_of(" \t\r\n", 1), beginning.size());
        if (beginning.substr(key, 11) == "\"constants\"") return "netlog";
        if (holds("\"log\"")) return "har";
        if (holds("\"logEventTypes\"")) return "netlog";
    }
    if (starts("#Software: Microsoft HTTP API")) return "httperr";
    if (starts("#Software:") || starts("#Version:") || starts("#Fields:")) return "iis-w3c";
    if (starts("<") && holds("<failedRequest")) return "freb";
    return {};
}

ExplainedFiles explain_files(const std::vector<std::filesystem::path>& files) {
    if (files.size() > kMostSources)
        throw UnreadableInput("at most " + std::to_string(kMostSources) + " files can be merged");
    ExplainedFiles result;
    result.explanation = std::make_unique<Explanation>();
    std::vector<Read> readers;
    for (const auto& file : files) {
        ExplainedSource& source = result.sources.emplace_back();
        source.path = file.string();
        readers.push_back(reader_for(file, source.kind));
    }
    std::vector<std::vector<RecordItem>> records(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        readers[i](files[i], result.sources[i], [&, i](RecordItem item) {
            count(item, result.sources[i]);
            if (files.size() == 1)
                result.explanation->add(item);
            else
                records[i].push_back(std::move(item));
        });
    }
    if (files.size() > 1)
        for (MergedItem& merged : merge(std::move(records)))
            result.explanation->add(merged.item, merged.source, merged.source_id);
    result.explanation->finish();
    return result;
}

}  // namespace why401
