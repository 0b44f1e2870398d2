#include "record/item_time.h"

namespace why401 {

Instant time_of(const Exchange& exchange) {
    return exchange.timing.ended == Instant{} ? exchange.timing.started : exchange.timing.ended;
}

Instant time_of(const Connection& connection) {
    return connection.closing ? connection.closing->at : connection.opened;
}

Instant time_of(const RecordItem& item) {
    struct Time {
        Instant operator()(const Exchange& exchange) const { return time_of(exchange); }
        Instant operator()(const Connection& connection) const { return time_of(connection); }
        Instant operator()(const PolicyChanged& event) const { return event.at; }
        Instant operator()(const FaultsChanged& event) const { return event.at; }
        Instant operator()(const FaultSeen& event) const { return event.at; }
        Instant operator()(const NotRecorded& event) const { return event.at; }
        Instant operator()(const InterceptionChanged& event) const { return event.at; }
    };
    return std::visit(Time{}, item);
}

}  // namespace why401
