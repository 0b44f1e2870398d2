#include "store/httperr.h"

#include <algorithm>
#include <map>

#include "store/login_rows.h"

namespace why401 {
namespace {

/// "3 connections ended without a request: 2 Timer_ConnectionIdle, 1 Timer_MinBytesPerSecond"
std::string requestless(const std::map<std::string, std::uint64_t>& reasons) {
    std::uint64_t all = 0;
    std::string list;
    for (const auto& [reason, count] : reasons) {
        all += count;
        list += (list.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
    }
    return std::to_string(all) + (all == 1 ? " connection" : " connections") +
           " ended without a request: " + list;
}

}  // namespace

LogReading read_httperr(std::istream& in, const std::string& name, const LogWishes& wishes,
                        const ItemSink& sink) {
    constexpr std::size_t kMostReasons = 40;
    LogReading reading;
    LogRows rows(in, kHttpErrColumns);
    LoginRows wanted(LogLine::Source::HttpErr, wishes);
    std::map<std::string, std::uint64_t> without_request;
    std::int64_t latest = 0;
    LogRow row;
    while (rows.next(row)) {
        latest = row.at_us;
        if (row.of(Column::Method).empty()) {
            const std::string reason(row.of(Column::Reason));
            ++without_request[without_request.size() < kMostReasons ? reason : "other reasons"];
            continue;
        }
        ++reading.requests;
        reading.exchanges += wanted.take(row, ExchangeId(reading.requests), sink);
    }
    reading.repaired = rows.repaired();
    if (reading.requests == 0 && without_request.empty() && rows.set_aside() > 0)
        throw LogError(
            name + " looks like an HTTPERR log, but none of its rows can be read: " + rows.first_set_aside());
    if (!without_request.empty()) reading.notes.push_back(requestless(without_request));
    if (rows.set_aside() > 0) sink(NotRecorded{rows.set_aside(), rows.first_set_aside(), {latest, latest}});
    return reading;
}

}  // namespace why401
