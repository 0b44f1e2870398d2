#include "record/exchange_assembler.h"

#include <algorithm>
#include <utility>

namespace why401 {
namespace {

constexpr int kSwitchingProtocols = 101;

// 101 is the last word of HTTP on its connection (RFC 9110 15.2.2), hence a final response here.
bool is_interim(int status) { return status >= 100 && status < 200 && status != kSwitchingProtocols; }

Exchange begin(ExchangeStarted&& event) {
    Exchange exchange;
    exchange.id = event.id;
    exchange.client_connection = event.client_connection;
    exchange.scheme = std::move(event.scheme);
    exchange.authority = std::move(event.authority);
    exchange.in_tunnel = event.in_tunnel;
    exchange.request = message_from_head(std::move(event.request_head), http1::HeadParser::Kind::Request);
    exchange.timing.started = event.started;
    exchange.timing.request_head = event.head_arrived;
    return exchange;
}

void add(Exchange& exchange, ExchangeForwarded&& event) {
    exchange.request_edits = std::move(event.edits);
    exchange.upstream_connection = event.decision.chosen;
    exchange.decision = std::move(event.decision);
    exchange.timing.forwarded = event.at;
}

void add(Exchange& exchange, BodyBytes&& event) {
    Body& body = event.of_request ? exchange.request.body : exchange.response.body;
    body.kept += event.bytes;
    body.length = body.kept.size();  // the true length is known at the end
}

void add(Exchange& exchange, ResponseHead&& event) {
    if (is_interim(event.status)) {
        exchange.interim.push_back(std::move(event.head));
        return;
    }
    if (exchange.status != 0)
        return;  // one final response to a request (RFC 9110 15.2): the first was passed on
    Body body = std::move(exchange.response.body);
    exchange.response = message_from_head(std::move(event.head), http1::HeadParser::Kind::Response);
    exchange.response.body = std::move(body);
    exchange.response_edits = std::move(event.edits);
    exchange.status = event.status;
    exchange.answered_by_us = event.made_by_us;
    exchange.timing.response_head = event.at;
}

void add(Exchange& exchange, FaultInjected&& event) { exchange.injected.push_back(std::move(event.name)); }

void add(Exchange& exchange, ExchangeFinished&& event) {
    Body& sent = exchange.request.body;
    Body& answered = exchange.response.body;
    sent.length = std::max<std::uint64_t>(event.request_length, sent.kept.size());
    answered.length = std::max<std::uint64_t>(event.response_length, answered.kept.size());
    exchange.outcome = event.outcome;
    exchange.fault = std::move(event.fault);
    exchange.timing.ended = event.at;
}

ExchangeId id_of(const FaultInjected& event) { return event.exchange; }
template <class Event>
ExchangeId id_of(const Event& event) {
    return event.id;
}

/// What each event does. Events about things never begun are dropped: their beginning fell into a hole of
/// the journal, and NotRecorded tells of that.
struct Joiner {
    std::unordered_map<std::uint64_t, Exchange>& under_way;
    std::unordered_map<ConnectionId, Connection>& open;
    std::vector<RecordItem>& items;
    std::vector<Exchange>* started;

    void operator()(ConnectionOpened& event) const {
        open.insert_or_assign(event.connection.id, event.connection);
        items.emplace_back(std::move(event.connection));
    }
    void operator()(ConnectionTunnelled& event) const {
        const auto found = open.find(event.id);
        if (found == open.end()) return;
        found->second.tunnel = true;
        items.emplace_back(found->second);
    }
    void operator()(ConnectionClosed& event) const {
        const auto found = open.find(event.id);
        if (found == open.end()) return;
        found->second.closing = std::move(event.closing);
        items.emplace_back(std::move(found->second));
        open.erase(found);
    }
    void operator()(ExchangeStarted& event) const {
        const std::uint64_t id = number(event.id);
        if (under_way.contains(id)) return;  // ids are never reused
        const Exchange& exchange = under_way.emplace(id, begin(std::move(event))).first->second;
        if (started) started->push_back(exchange);
    }
    void operator()(ExchangeFinished& event) const {
        const auto found = under_way.find(number(event.id));
        if (found == under_way.end()) return;
        add(found->second, std::move(event));
        items.emplace_back(std::move(found->second));
        under_way.erase(found);
    }
    void operator()(PolicyChanged& event) const { items.emplace_back(std::move(event)); }
    void operator()(FaultsChanged& event) const { items.emplace_back(std::move(event)); }
    void operator()(FaultSeen& event) const { items.emplace_back(std::move(event)); }
    void operator()(NotRecorded& event) const { items.emplace_back(std::move(event)); }

    /// The rest adds to an exchange under way.
    template <class Event>
    void operator()(Event& event) const {
        const auto found = under_way.find(number(id_of(event)));
        if (found != under_way.end()) add(found->second, std::move(event));
    }
};

}  // namespace

void ExchangeAssembler::take(JournalEvent event, std::vector<RecordItem>& items,
                             std::vector<Exchange>* started) {
    std::visit(Joiner{under_way_, open_, items, started}, event);
}

std::vector<Exchange> ExchangeAssembler::finish() {
    std::vector<Exchange> unfinished;
    unfinished.reserve(under_way_.size());
    for (auto& [id, exchange] : under_way_) unfinished.push_back(std::move(exchange));
    std::sort(unfinished.begin(), unfinished.end(),
              [](const Exchange& a, const Exchange& b) { return number(a.id) < number(b.id); });
    under_way_.clear();
    open_.clear();
    return unfinished;
}

}  // namespace why401
