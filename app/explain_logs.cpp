#include "app/explain_logs.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "analysis/log_join.h"
#include "store/freb.h"
#include "store/httperr.h"
#include "store/iis_w3c.h"

namespace why401 {
namespace {

constexpr std::uintmax_t kLongLog = 16 * 1024 * 1024;
constexpr std::uintmax_t kLongestTrace = 64 * 1024 * 1024;

LogReading read_trace(std::istream& in, const std::filesystem::path& file, const ItemSink& sink) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kLongestTrace)
        throw LogError(file.string() + " is longer than any failed request trace");
    const std::string xml{std::istreambuf_iterator<char>(in), {}};
    return read_freb(xml, file.string(), sink);
}

/// "12 of its rows were put to exchanges of A; its clock is 3 s ahead"
std::string note_on(const Joined& joined, char record) {
    const std::int64_t seconds = joined.clock_offset_us / 1'000'000;
    std::string note = std::to_string(joined.rows) + (joined.rows == 1 ? " row was" : " rows were") +
                       " put to exchanges of " + std::string(1, record);
    if (std::abs(seconds) > 1)
        note += "; this clock is " + std::to_string(std::abs(seconds)) + " s " +
                (seconds > 0 ? "ahead" : "behind");
    if (joined.ambiguous > 0)
        note += "; " + std::to_string(joined.ambiguous) +
                (joined.ambiguous == 1 ? " exchange" : " exchanges") +
                " of it could not be told from others and stay apart";
    return note;
}

}  // namespace

bool is_log(const ExplainedSource& source) {
    return source.kind == "iis-w3c" || source.kind == "httperr" || source.kind == "freb";
}

void join_logs(std::vector<std::vector<RecordItem>>& records, std::vector<ExplainedSource>& sources) {
    const auto join = [&](auto&& is_witness, auto&& is_record) {
        for (std::size_t log = 0; log < records.size(); ++log)
            for (std::size_t other = 0; is_witness(sources[log]) && other < records.size(); ++other) {
                if (!is_record(sources[other])) continue;
                const Joined joined = join_log(records[other], records[log]);
                if (joined.rows + joined.ambiguous == 0) continue;
                sources[log].notes.push_back(note_on(joined, static_cast<char>('A' + other)));
            }
    };
    join(is_log, [](const ExplainedSource& source) { return !is_log(source); });
    // What no capture tells of, a trace and a row may both tell.
    join([](const ExplainedSource& source) { return source.kind == "freb"; },
         [](const ExplainedSource& source) { return source.kind == "iis-w3c"; });
}

std::uint64_t read_log(const std::filesystem::path& file, ExplainedSource& source, const Between& whole,
                       const ItemSink& sink) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw LogError(file.string() + " cannot be read");
    std::error_code error;
    const LogWishes wishes{std::filesystem::file_size(file, error) > kLongLog, whole};
    LogReading reading;
    if (source.kind == "freb")
        reading = read_trace(in, file, sink);
    else if (source.kind == "httperr")
        reading = read_httperr(in, file.string(), wishes, sink);
    else
        reading = read_iis_w3c(in, file.string(), wishes, sink);
    source.exchanges = reading.requests;
    source.notes.insert(source.notes.end(), reading.notes.begin(), reading.notes.end());
    return reading.requests - reading.exchanges;
}

}  // namespace why401
