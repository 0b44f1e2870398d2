#include "store/iis_w3c.h"

#include "store/login_rows.h"

namespace why401 {

LogReading read_iis_w3c(std::istream& in, const std::string& name, const LogWishes& wishes,
                        const ItemSink& sink) {
    LogReading reading;
    LogRows rows(in, {});
    LoginRows wanted(LogLine::Source::IisW3c, wishes);
    std::int64_t latest = 0;
    LogRow row;
    while (rows.next(row)) {
        ++reading.requests;
        latest = row.at_us;
        reading.exchanges += wanted.take(row, ExchangeId(reading.requests), sink);
    }
    reading.repaired = rows.repaired();
    if (reading.requests == 0 && rows.set_aside() > 0)
        throw LogError(name +
                       " looks like an IIS log, but none of its rows can be read: " + rows.first_set_aside());
    if (rows.repaired() > 0)
        reading.notes.push_back(std::to_string(rows.repaired()) +
                                (rows.repaired() == 1 ? " row does" : " rows do") +
                                " not fit #Fields and had to be read by shape");
    if (rows.set_aside() > 0) sink(NotRecorded{rows.set_aside(), rows.first_set_aside(), {latest, latest}});
    return reading;
}

}  // namespace why401
