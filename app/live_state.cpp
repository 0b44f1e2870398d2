#include "app/live_state.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <set>
#include <utility>

#include "app/report_json.h"

namespace why401 {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeptResults = 10000;  // findings, and conversations: the capture has the older ones

std::size_t size_of(const Message& message) {
    return message.head.size() + message.body.kept.size() +
           message.parsed.fields.size() * sizeof(http1::FieldLine);
}

std::size_t size_of(const Exchange& exchange) {
    return sizeof(Exchange) + size_of(exchange.request) + size_of(exchange.response) + 512;
}

json::string text(std::string_view bytes) {
    const std::string clean = utf8_clean(bytes);
    return json::string(clean.data(), clean.size());
}

json::string time_text(const Instant& instant) { return text(utc_text(instant.wall_us)); }

std::string event_json(const PolicyChanged& event) {
    return json::serialize(json::object{
        {"policy", text(event.policy)}, {"before", text(event.before)}, {"time", time_text(event.at)}});
}

std::string event_json(const FaultsChanged& event) {
    json::array enabled;
    for (const std::string& name : event.enabled) enabled.emplace_back(text(name));
    return json::serialize(json::object{{"enabled", std::move(enabled)}, {"time", time_text(event.at)}});
}

std::string event_json(const FaultSeen& event) {
    json::object object{{"connection", nullptr}};
    if (event.connection) object["connection"] = text(to_string(*event.connection));
    for (auto& [key, value] : fault_json(event.fault)) object[key] = value;
    object["time"] = time_text(event.at);
    return json::serialize(object);
}

std::string trouble_json(const std::string& message, std::uint64_t not_recorded) {
    return json::serialize(json::object{{"message", text(message)}, {"not_recorded", not_recorded}});
}

template <class Results>
void drop_oldest(Results& results) {
    while (results.size() > kKeptResults) results.erase(results.begin());
}

std::vector<std::string> texts_of(const std::map<std::uint64_t, std::string>& results) {
    std::vector<std::string> texts;
    texts.reserve(results.size());
    for (const auto& [id, one] : results) texts.push_back(one);
    return texts;
}

}  // namespace

/// Each item into its place.
struct LiveState::Take {
    LiveState& state;
    std::set<std::uint64_t>& exchanges;
    std::set<ConnectionId>& connections;

    void operator()(Exchange& exchange) const {
        exchanges.insert(number(exchange.id));
        state.keep(std::make_shared<const Exchange>(std::move(exchange)));
    }
    void operator()(Connection& connection) const {
        connections.insert(connection.id);
        state.take_connection(std::move(connection));
    }
    void operator()(PolicyChanged& event) const { text("policy", event_json(event)); }
    void operator()(FaultsChanged& event) const { text("faults", event_json(event)); }
    void operator()(FaultSeen& event) const { text("fault", event_json(event)); }
    void operator()(NotRecorded&) const {}  // told as trouble, with the total

    void text(const char* type, std::string json) const {
        state.feed({What::Text, 0, Leg::Client, type, std::move(json)});
    }
};

LiveState::LiveState(const RecorderOptions& options)
    : kept_exchanges_(options.kept_exchanges),
      kept_bytes_(options.kept_bytes),
      kept_events_(options.kept_events),
      kept_connections_(options.kept_connections) {}

bool LiveState::apply(LiveChanges&& changes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t before = last_event_;
    std::set<std::uint64_t> exchanges;
    std::set<ConnectionId> connections;
    const Take take{*this, exchanges, connections};
    for (Exchange& exchange : changes.started) take(exchange);
    for (RecordItem& item : changes.items) std::visit(take, item);
    for (auto& [id, reading] : changes.readings) {
        exchanges.insert(id);
        if (const auto found = exchanges_.find(id); found != exchanges_.end())
            found->second.live.reading = std::move(reading);
    }
    forget_surplus();
    for (const ConnectionId& id : connections) feed({What::Connection, id.number, id.leg, "", {}});
    for (const std::uint64_t id : exchanges)
        if (exchanges_.contains(id)) feed({What::Exchange, id, Leg::Client, "", {}});
    for (const auto& [id, conversation] : changes.conversations) {
        conversations_.insert_or_assign(id, json::serialize(conversation_json(conversation)));
        feed({What::Conversation, id, Leg::Client, "", {}});
    }
    for (const std::uint64_t id : changes.withdrawn) {
        findings_.erase(id);
        feed({What::Text, 0, Leg::Client, "withdrawn", "{\"id\":" + std::to_string(id) + "}"});
    }
    for (const auto& [id, finding] : changes.findings) {
        findings_.insert_or_assign(id, json::serialize(finding_json(finding)));
        feed({What::Finding, id, Leg::Client, "", {}});
    }
    drop_oldest(conversations_);
    drop_oldest(findings_);
    summary_ = changes.summary;
    return last_event_ != before;
}

void LiveState::trouble(const std::string& message, std::uint64_t not_recorded) {
    const std::lock_guard lock(mutex_);
    feed({What::Text, 0, Leg::Client, "trouble", trouble_json(message, not_recorded)});
}

void LiveState::keep(std::shared_ptr<const Exchange> exchange) {
    Kept& kept = exchanges_[number(exchange->id)];
    bytes_ -= kept.bytes;
    kept.bytes = size_of(*exchange);
    bytes_ += kept.bytes;
    kept.live.reading.exchange = exchange->id;
    kept.live.exchange = std::move(exchange);
}

void LiveState::forget_surplus() {
    while (exchanges_.size() > kept_exchanges_ || (bytes_ > kept_bytes_ && exchanges_.size() > 1)) {
        const auto oldest = exchanges_.begin();
        bytes_ -= oldest->second.bytes;
        forgotten_up_to_ = std::max(forgotten_up_to_, oldest->first);
        exchanges_.erase(oldest);
    }
    while (closed_.size() > kept_connections_) {
        connections_.erase(closed_.front());
        closed_.pop_front();
    }
}

void LiveState::take_connection(Connection&& connection) {
    if (connection.closing) closed_.push_back(connection.id);
    const ConnectionId id = connection.id;
    connections_.insert_or_assign(id, std::move(connection));
}

void LiveState::feed(Entry entry) {
    events_.push_back(std::move(entry));
    ++last_event_;
    if (events_.size() > kept_events_) events_.pop_front();
}

std::optional<LiveEvent> LiveState::rendered(std::uint64_t seq, const Entry& entry) const {
    const auto of = [&](const char* type, const std::map<std::uint64_t, std::string>& results) {
        const auto found = results.find(entry.id);
        return found == results.end() ? std::nullopt : std::optional(LiveEvent{seq, type, found->second});
    };
    switch (entry.what) {
        case What::Text: return LiveEvent{seq, entry.type, entry.json};
        case What::Conversation: return of("conversation", conversations_);
        case What::Finding: return of("finding", findings_);
        case What::Connection: {
            const auto found = connections_.find(ConnectionId{entry.leg, entry.id});
            if (found == connections_.end()) return std::nullopt;
            return LiveEvent{seq, "connection", json::serialize(connection_json(found->second))};
        }
        case What::Exchange: {
            const auto found = exchanges_.find(entry.id);
            if (found == exchanges_.end()) return std::nullopt;
            const LiveExchange& live = found->second.live;
            return LiveEvent{seq, "exchange",
                             json::serialize(live_exchange_json(*live.exchange, live.reading))};
        }
    }
    return std::nullopt;
}

std::vector<LiveEvent> LiveState::since(std::uint64_t seq, std::size_t max) const {
    const std::lock_guard lock(mutex_);
    std::vector<LiveEvent> events;
    const std::uint64_t first = last_event_ - events_.size() + 1;
    for (std::uint64_t next = std::max(seq, first - 1) + 1; next <= last_event_ && events.size() < max;
         ++next)
        if (auto event = rendered(next, events_[static_cast<std::size_t>(next - first)]))
            events.push_back(std::move(*event));
    return events;
}

std::uint64_t LiveState::last_event() const {
    const std::lock_guard lock(mutex_);
    return last_event_;
}

Summary LiveState::summary() const {
    const std::lock_guard lock(mutex_);
    return summary_;
}

std::optional<LiveExchange> LiveState::exchange(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = exchanges_.find(id);
    return found == exchanges_.end() ? std::nullopt : std::optional(found->second.live);
}

std::vector<LiveExchange> LiveState::exchanges(std::uint64_t after, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<LiveExchange> found;
    for (auto one = exchanges_.upper_bound(after); one != exchanges_.end() && found.size() < limit; ++one)
        found.push_back(one->second.live);
    return found;
}

std::uint64_t LiveState::forgotten_up_to() const {
    const std::lock_guard lock(mutex_);
    return forgotten_up_to_;
}

std::vector<std::string> LiveState::connections() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> texts;
    texts.reserve(connections_.size());
    for (const auto& [id, connection] : connections_)
        texts.push_back(json::serialize(connection_json(connection)));
    return texts;
}

std::vector<std::string> LiveState::conversations() const {
    const std::lock_guard lock(mutex_);
    return texts_of(conversations_);
}

std::vector<std::string> LiveState::findings() const {
    const std::lock_guard lock(mutex_);
    return texts_of(findings_);
}

}  // namespace why401
