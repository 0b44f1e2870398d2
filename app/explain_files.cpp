#include "app/explain_files.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "app/explain_logs.h"
#include "app/merge.h"
#include "app/trace_files.h"
#include "record/item_time.h"
#include "store/capture.h"
#include "store/log_rows.h"

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

/// Hands on a file's items; returns how many exchanges it told of that became none.
std::uint64_t read_capture(const std::filesystem::path& file, ExplainedSource&, const Between&,
                           const ItemSink& sink) {
    let_recorder_catch_up(file);
    const CaptureReader reader(file);
    reader.items([&](RecordItem item) {
        sink(std::move(item));
        return true;
    });
    return 0;
}

std::uint64_t read_trace(const std::filesystem::path& file, ExplainedSource& source, const Between&,
                         const ItemSink& sink) {
    read_trace_file(file, source, sink);
    return 0;
}

struct Reader {
    std::string_view kind;
    std::uint64_t (*read)(const std::filesystem::path&, ExplainedSource&, const Between& captured,
                          const ItemSink&);
};
constexpr Reader kReaders[] = {{"capture", read_capture}, {"har", read_trace},  {"saz", read_trace},
                               {"netlog", read_trace},    {"pcap", read_trace}, {"iis-w3c", read_log},
                               {"httperr", read_log},     {"freb", read_log}};

const Reader* reader_of(std::string_view kind) {
    for (const Reader& reader : kReaders)
        if (reader.kind == kind) return &reader;
    return nullptr;
}

/// Throws for what nobody here reads.
std::string readable_kind(const std::filesystem::path& file) {
    const std::string beginning = beginning_of(file);
    std::string kind = kind_of_file(beginning);
    if (reader_of(kind) != nullptr) return kind;
    if (beginning.starts_with("\xff\xfe") || beginning.starts_with("\xfe\xff"))
        throw UnreadableInput(
            file.string() +
            " is UTF-16 text, as PowerShell's > writes it: save it as UTF-8 (Out-File -Encoding utf8)");
    throw UnreadableInput(file.string() +
                          " is not a why401 capture, and no HAR, SAZ, network log, packet capture, IIS or "
                          "HTTPERR log or failed "
                          "request trace either");
}

void read(const std::filesystem::path& file, ExplainedSource& source, const Between& captured,
          Explanation& explanation, const ItemSink& sink) {
    const std::uint64_t passed_over =
        reader_of(source.kind)->read(file, source, captured, [&](RecordItem item) {
            count(item, source);
            sink(std::move(item));
        });
    if (passed_over > 0) explanation.pass_over(passed_over);
}

/// When there were exchanges, with a clock's worth of leeway.
void widen(Between& times, const RecordItem& item) {
    constexpr std::int64_t kLeeway = 300'000'000;
    const std::int64_t at = time_of(item).wall_us;
    if (!std::holds_alternative<Exchange>(item) || at == 0) return;
    if (!times) times = std::pair(at - kLeeway, at + kLeeway);
    times->first = std::min(times->first, at - kLeeway);
    times->second = std::max(times->second, at + kLeeway);
}

/// Captures before logs: their time says which part of a long log is wanted whole.
void read_all(const std::vector<std::filesystem::path>& files, ExplainedFiles& result) {
    std::vector<std::vector<RecordItem>> records(files.size());
    Between captured;
    for (const bool logs : {false, true})
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (is_log(result.sources[i]) != logs) continue;
            read(files[i], result.sources[i], captured, *result.explanation, [&](RecordItem item) {
                if (!logs) widen(captured, item);
                records[i].push_back(std::move(item));
            });
        }
    join_logs(records, result.sources);
    for (MergedItem& merged : merge(std::move(records)))
        result.explanation->add(merged.item, merged.source, merged.source_id);
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
    if (starts("#") && (holds("#Software: Microsoft HTTP API") || holds(" s-queuename"))) return "httperr";
    if (starts("#") && (holds("#Software:") || holds("#Fields:"))) return "iis-w3c";
    const RowShape shape = shape_of_row(beginning.substr(0, beginning.find('\n')));
    if (shape != RowShape::None) return shape == RowShape::HttpErr ? "httperr" : "iis-w3c";
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
        ExplainedSource& source = result.sources.emplace_back();
        source.path = file.string();
        source.kind = readable_kind(file);
    }
    try {
        if (files.size() == 1)
            read(files.front(), result.sources.front(), {}, *result.explanation,
                 [&](const RecordItem& item) { result.explanation->add(item); });
        else
            read_all(files, result);
    } catch (const CaptureError& error) {
        throw UnreadableInput(error.what());
    } catch (const LogError& error) {
        throw UnreadableInput(error.what());
    }
    result.explanation->finish();
    return result;
}

}  // namespace why401
