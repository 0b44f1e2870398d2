#include "app/explain_files.h"

#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "app/merge.h"
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
    if (kind == "har") return "HAR files";
    if (kind == "saz") return "SAZ (Fiddler) archives";
    if (kind == "pcap") return "packet captures";
    if (kind == "iis-w3c") return "IIS W3C logs";
    if (kind == "httperr") return "HTTPERR logs";
    if (kind == "freb") return "failed request traces (FREB)";
    return "Chrome network logs";
}

void count(const RecordItem& item, ExplainedSource& source) {
    source.exchanges += std::holds_alternative<Exchange>(item);
    const auto* hole = std::get_if<NotRecorded>(&item);
    if (!hole) return;
    source.not_recorded += hole->exchanges;
    source.because = hole->because;
}

/// Throws for everything but captures.
void expect_capture(const std::filesystem::path& file) {
    const std::string kind = kind_of_file(beginning_of(file));
    if (kind == "capture") return;
    if (kind.empty())
        throw UnreadableInput(file.string() +
                              " is not a why401 capture, and nothing else that is known here");
    throw UnreadableInput(file.string() + " looks like one of the " + std::string(name_of_kind(kind)) +
                          ": reading " + std::string(name_of_kind(kind)) + " is not part of this version");
}

// A capture that is being recorded may be behind what its user has just seen: what a recorder holds back at
// the most. A killed one waits the same, for nothing.
void let_recorder_catch_up(const std::filesystem::path& file) {
    if (!CaptureReader(file).header().clean_end) std::this_thread::sleep_for(kRecorderLag);
}

void add_one(const std::filesystem::path& file, ExplainedSource& source, Explanation& explanation) {
    let_recorder_catch_up(file);
    const CaptureReader reader(file);
    reader.items([&](const RecordItem& item) {
        count(item, source);
        explanation.add(item);
        return true;
    });
}

std::vector<RecordItem> items_of(const std::filesystem::path& file, ExplainedSource& source) {
    let_recorder_catch_up(file);
    const CaptureReader reader(file);
    std::vector<RecordItem> items;
    reader.items([&](RecordItem item) {
        count(item, source);
        items.push_back(std::move(item));
        return true;
    });
    return items;
}

}  // namespace

std::string kind_of_file(std::string_view beginning) {
    const auto starts = [&](std::string_view with) { return beginning.substr(0, with.size()) == with; };
    const auto holds = [&](std::string_view what) { return beginning.find(what) != std::string_view::npos; };
    if (starts("SQLite format 3")) return "capture";
    if (starts("PK\x03\x04")) return "saz";
    for (const std::string_view magic :
         {"\x0a\x0d\x0d\x0a", "\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d"})
        if (starts(magic)) return "pcap";
    if (starts("\xef\xbb\xbf")) beginning.remove_prefix(3);  // a byte order mark
    const std::size_t first = beginning.find_first_not_of(" \t\r\n");
    beginning.remove_prefix(first == std::string_view::npos ? beginning.size() : first);
    if (starts("{") && (holds("\"logEventTypes\"") || holds("\"constants\""))) return "netlog";
    if (starts("{") && holds("\"log\"")) return "har";
    if (starts("#Software: Microsoft HTTP API")) return "httperr";
    if (starts("#Software:") || starts("#Version:") || starts("#Fields:")) return "iis-w3c";
    if (starts("<") && holds("<failedRequest")) return "freb";
    return {};
}

ExplainedFiles explain_files(const std::vector<std::filesystem::path>& files,
                             std::function<void(Exchange&)> check) {
    if (files.size() > kMostSources)
        throw UnreadableInput("at most " + std::to_string(kMostSources) + " files can be merged");
    ExplainedFiles result;
    result.explanation = std::make_unique<Explanation>();
    if (check) result.explanation->check_with(std::move(check));
    for (const auto& file : files) {
        expect_capture(file);
        result.sources.emplace_back().path = file.string();
    }
    try {
        if (files.size() == 1) {
            add_one(files.front(), result.sources.front(), *result.explanation);
        } else {
            std::vector<std::vector<RecordItem>> records;
            for (std::size_t i = 0; i < files.size(); ++i)
                records.push_back(items_of(files[i], result.sources[i]));
            for (MergedItem& merged : merge(std::move(records)))
                result.explanation->add(merged.item, merged.source, merged.source_id);
        }
    } catch (const CaptureError& error) {
        throw UnreadableInput(error.what());
    }
    result.explanation->finish();
    return result;
}

}  // namespace why401
