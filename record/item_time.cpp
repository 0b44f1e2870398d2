#include "record/item_time.h"

namespace why401 {

Instant time_of(const RecordItem& item) {
    struct Time {
        Instant operator()(const Exchange& exchange) const {
            const Timing& timing = exchange.timing;
            return timing.ended == Instant{} ? timing.started : timing.ended;
        }
        Instant operator()(const Connection& connection) const {
            return connection.closing ? connection.closing->at : connection.opened;
        }
        Instant operator()(const PolicyChanged& event) const { return event.at; }
        Instant operator()(const FaultsChanged& event) const { return event.at; }
        Instant operator()(const FaultSeen& event) const { return event.at; }
        Instant operator()(const NotRecorded& event) const { return event.at; }
    };
    return std::visit(Time{}, item);
}

}  // namespace why401
