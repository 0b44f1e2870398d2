#include "app/live_state.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/event_json.h"
#include "app/packed_exchange.h"
#include "app/report_json.h"

namespace why401 {
namespace {

namespace json = boost::json;

constexpr std::size_t kBlock = 256 << 10;
constexpr std::size_t kKeptConversations = 10000;  // the capture has the older ones

LiveExchange live_exchange(std::string_view packed, const ExchangeReading* reading) {
    LiveExchange live{std::make_shared<const Exchange>(unpack(packed)), {}};
    if (reading != nullptr) live.reading = *reading;
    live.reading.exchange = live.exchange->id;
    return live;
}

/// Each thing once, in order.
template <class Ids>
void sort_out(Ids& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

json::string text(std::string_view bytes) {
    const std::string clean = utf8_clean(bytes);
    return json::string(clean.data(), clean.size());
}

std::string trouble_json(const std::string& message, std::uint64_t not_recorded) {
    return json::serialize(json::object{{"message", text(message)}, {"not_recorded", not_recorded}});
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
    const std::uint64_t oldest;  ///< exchange that the end of the batch does not push out again
    std::vector<std::uint64_t>& exchanges;
    std::vector<ConnectionId>& connections;

    void operator()(const ExchangeUnderWay& event) const { keep(*event.exchange); }
    void operator()(const ExchangeFinished& event) const { keep(*event.exchange); }
    void keep(const Exchange& exchange) const {
        exchanges.push_back(number(exchange.id));
        if (number(exchange.id) >= oldest)
            state.keep(exchange);
        else
            state.forgotten_up_to_ = std::max(state.forgotten_up_to_, number(exchange.id));
    }
    void operator()(const ConnectionFacts& connection) const {
        connections.push_back(connection->id);
        state.take_connection(connection);
    }
    void operator()(PolicyChanged& event) const { switched("policy", event); }
    void operator()(FaultsChanged& event) const { switched("faults", event); }
    void operator()(InterceptionChanged& event) const { switched("interception", event); }
    void operator()(FaultSeen& event) const { text("fault", event_json(event)); }
    void operator()(NotRecorded&) const {}  // told as trouble, with the total

    template <class Change>
    void switched(const char* type, const Change& change) const {
        text(type, event_json(change));
        state.switches_.push_back(switch_json(change));
        if (state.switches_.size() > RecordView::kMostSwitches) state.switches_.pop_front();
    }
    void text(const char* type, std::string json) const {
        state.feed({What::Text, 0, Leg::Client, type, std::move(json)});
    }
};

LiveState::LiveState(const RecorderOptions& options)
    : kept_exchanges_(options.kept_exchanges),
      kept_bytes_(options.kept_bytes),
      kept_events_(options.kept_events),
      kept_connections_(options.kept_connections),
      findings_(options.kept_findings) {}

bool LiveState::apply(LiveChanges& changes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t before = last_event_;
    std::vector<std::uint64_t> exchanges;
    std::vector<ConnectionId> connections;
    std::uint64_t newest = 0;
    for (const JournalEvent& event : changes.events)
        if (const auto* finished = std::get_if<ExchangeFinished>(&event))
            newest = std::max(newest, number(finished->exchange->id));
    const Take take{*this, newest - std::min<std::uint64_t>(newest, kept_exchanges_ - 1), exchanges,
                    connections};
    for (JournalEvent& event : changes.events) std::visit(take, event);
    for (auto& [id, reading] : changes.readings) {
        exchanges.push_back(id);
        if (find(id) == nullptr) continue;
        place_of(id)->reading = std::make_shared<const ExchangeReading>(std::move(reading));
    }
    forget_surplus();
    sort_out(connections);
    sort_out(exchanges);
    for (const ConnectionId& id : connections) feed({What::Connection, id.number, id.leg, "", {}});
    for (const std::uint64_t id : exchanges)
        if (find(id) != nullptr || id <= forgotten_up_to_) feed({What::Exchange, id, Leg::Client, "", {}});
    for (const auto& [id, conversation] : changes.conversations) {
        conversations_.insert_or_assign(id, json::serialize(conversation_json(conversation)));
        feed({What::Conversation, id, Leg::Client, "", {}});
    }
    for (const std::uint64_t id : changes.withdrawn) {
        findings_.withdraw(id);
        feed({What::Text, 0, Leg::Client, "withdrawn", "{\"id\":" + std::to_string(id) + "}"});
    }
    for (const auto& [id, finding] : changes.findings) {
        findings_.put(finding);
        feed({What::Finding, id, Leg::Client, "", {}});
    }
    while (conversations_.size() > kKeptConversations) conversations_.erase(conversations_.begin());
    summary_ = changes.summary;
    return last_event_ != before;
}

void LiveState::trouble(const std::string& message, std::uint64_t not_recorded) {
    const std::lock_guard lock(mutex_);
    feed({What::Text, 0, Leg::Client, "trouble", trouble_json(message, not_recorded)});
}

void LiveState::make_room(std::size_t exchanges, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    kept_exchanges_ = exchanges;
    kept_bytes_ = bytes;
}

void LiveState::keep(const Exchange& exchange) {
    Kept* const place = place_of(number(exchange.id));
    if (place == nullptr) return;
    if (!block_ || block_->size() >= kBlock) {
        block_ = std::make_shared<std::string>();
        block_->reserve(kBlock + kBlock / 16);
    }
    bytes_ -= place->size;
    place->at = block_->size();
    pack(exchange, *block_);
    place->size = block_->size() - place->at;
    place->block = block_;
    bytes_ += place->size;
}

/// Makes room where there is none yet. Null: so far behind the newest that it would be forgotten at once.
LiveState::Kept* LiveState::place_of(std::uint64_t id) {
    if (exchanges_.empty()) first_ = id;
    const std::uint64_t end = first_ + exchanges_.size();
    if (id < first_ && end - id > kept_exchanges_) {
        forgotten_up_to_ = std::max(forgotten_up_to_, id);
        return nullptr;
    }
    for (; first_ > id; --first_) exchanges_.emplace_front();
    // The relay may have left out any number of ids (a hole in the record): no room is made for those.
    while (!exchanges_.empty() && id - first_ >= 2 * kept_exchanges_) forget_first();
    if (exchanges_.empty()) first_ = id;
    while (first_ + exchanges_.size() <= id) exchanges_.emplace_back();
    return &exchanges_[static_cast<std::size_t>(id - first_)];
}

const LiveState::Kept* LiveState::find(std::uint64_t id) const {
    if (id < first_ || id - first_ >= exchanges_.size()) return nullptr;
    const Kept& kept = exchanges_[static_cast<std::size_t>(id - first_)];
    return kept.block ? &kept : nullptr;
}

void LiveState::forget_first() {
    bytes_ -= exchanges_.front().size;
    forgotten_up_to_ = std::max(forgotten_up_to_, first_++);
    exchanges_.pop_front();
}

void LiveState::forget_surplus() {
    while (exchanges_.size() > kept_exchanges_ || (bytes_ > kept_bytes_ && exchanges_.size() > 1))
        forget_first();
    while (closed_.size() > kept_connections_) {
        connections_.erase(closed_.front());
        closed_.pop_front();
    }
}

void LiveState::take_connection(const ConnectionFacts& connection) {
    if (connection->closing) closed_.push_back(connection->id);
    connections_.insert_or_assign(connection->id, connection);
}

void LiveState::feed(Entry entry) {
    events_.push_back(std::move(entry));
    ++last_event_;
    if (events_.size() > kept_events_) events_.pop_front();
}

/// What is needed to render an event once the lock is given back. Nothing: it is of a thing that is gone.
std::optional<LiveState::Source> LiveState::source_of(const Entry& entry) const {
    Source source{entry.type, {}, {}, {}};
    const auto of = [](const char* type, const std::string* found) {
        return found ? std::optional(Source{type, *found, {}, {}}) : std::nullopt;
    };
    switch (entry.what) {
        case What::Text: source.text = entry.json; break;
        case What::Conversation: {
            const auto found = conversations_.find(entry.id);
            return of("conversation", found != conversations_.end() ? &found->second : nullptr);
        }
        case What::Finding: return of("finding", findings_.find(entry.id));
        case What::Connection: {
            const auto found = connections_.find(ConnectionId{entry.leg, entry.id});
            if (found == connections_.end()) return std::nullopt;
            return Source{"connection", {}, {}, found->second};
        }
        case What::Exchange: {
            source.type = "exchange";
            const Kept* const found = find(entry.id);
            if (found == nullptr) break;
            source.text = found->packed();
            source.reading = found->reading;
        }
    }
    return source;
}

LiveEvent LiveState::rendered(std::uint64_t seq, What what, std::uint64_t of, Source&& source) {
    if (source.connection)
        return {seq, source.type, json::serialize(connection_json(*source.connection)), {}};
    if (what != What::Exchange) return {seq, source.type, std::move(source.text), {}};
    const auto id = static_cast<ExchangeId>(of);
    if (source.text.empty()) return {seq, source.type, "", id};
    const LiveExchange live = live_exchange(source.text, source.reading.get());
    return {seq, source.type, json::serialize(live_exchange_json(*live.exchange, live.reading)), id};
}

/// Copies under the lock, which the recorder may wait for, and renders without it.
std::vector<LiveEvent> LiveState::since(std::uint64_t seq, std::size_t max) const {
    struct Found {
        std::uint64_t seq;
        What what;
        std::uint64_t id;
        Source source;
    };
    std::vector<Found> found;
    {
        const std::lock_guard lock(mutex_);
        const std::uint64_t first = last_event_ - events_.size() + 1;
        for (std::uint64_t next = std::max(seq, first - 1) + 1; next <= last_event_ && found.size() < max;
             ++next) {
            const Entry& entry = events_[static_cast<std::size_t>(next - first)];
            if (auto source = source_of(entry))
                found.push_back({next, entry.what, entry.id, std::move(*source)});
        }
    }
    std::vector<LiveEvent> events;
    events.reserve(found.size());
    for (Found& one : found) events.push_back(rendered(one.seq, one.what, one.id, std::move(one.source)));
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
    if (id == 0) return std::nullopt;
    std::vector<LiveExchange> found = exchanges(id - 1, 1);
    if (found.empty() || number(found.front().exchange->id) != id) return std::nullopt;
    return std::move(found.front());
}

std::vector<LiveExchange> LiveState::exchanges(const std::vector<std::uint64_t>& ids) const {
    std::vector<LiveExchange> found;
    for (const std::uint64_t id : ids)
        if (auto one = exchange(id)) found.push_back(std::move(*one));
    return found;
}

/// Copies under the lock, which the recorder may wait for, and unpacks without it.
std::vector<LiveExchange> LiveState::exchanges(std::uint64_t after, std::size_t limit) const {
    std::vector<std::pair<std::string, std::shared_ptr<const ExchangeReading>>> kept;
    {
        const std::lock_guard lock(mutex_);
        const std::uint64_t end = first_ + exchanges_.size();
        for (std::uint64_t id = std::max(std::min(after, end) + 1, first_); id < end && kept.size() < limit;
             ++id)
            if (const Kept* const one = find(id)) kept.emplace_back(one->packed(), one->reading);
    }
    std::vector<LiveExchange> found;
    found.reserve(kept.size());
    for (const auto& [packed, reading] : kept) found.push_back(live_exchange(packed, reading.get()));
    return found;
}

std::uint64_t LiveState::forgotten_up_to() const {
    const std::lock_guard lock(mutex_);
    return forgotten_up_to_;
}

std::vector<std::string> LiveState::connections() const {
    std::vector<ConnectionFacts> found;
    {
        const std::lock_guard lock(mutex_);
        found.reserve(connections_.size());
        for (const auto& [id, connection] : connections_) found.push_back(connection);
    }
    std::vector<std::string> texts;
    texts.reserve(found.size());
    for (const ConnectionFacts& one : found) texts.push_back(json::serialize(connection_json(*one)));
    return texts;
}

std::map<ConnectionId, std::string> LiveState::connections(const std::vector<ConnectionId>& ids) const {
    std::vector<ConnectionFacts> found;
    {
        const std::lock_guard lock(mutex_);
        for (const ConnectionId& id : ids)
            if (const auto one = connections_.find(id); one != connections_.end())
                found.push_back(one->second);
    }
    std::map<ConnectionId, std::string> texts;
    for (const ConnectionFacts& one : found) texts[one->id] = json::serialize(connection_json(*one));
    return texts;
}

std::vector<std::string> LiveState::conversations() const {
    const std::lock_guard lock(mutex_);
    return texts_of(conversations_);
}

std::map<std::uint64_t, std::string> LiveState::conversations(const std::vector<std::uint64_t>& ids) const {
    const std::lock_guard lock(mutex_);
    std::map<std::uint64_t, std::string> texts;
    for (const std::uint64_t id : ids)
        if (const auto one = conversations_.find(id); one != conversations_.end()) texts.insert(*one);
    return texts;
}

std::vector<std::string> LiveState::switches() const {
    const std::lock_guard lock(mutex_);
    return {switches_.begin(), switches_.end()};
}

std::vector<std::string> LiveState::findings(std::size_t of_each_kind) const {
    const std::lock_guard lock(mutex_);
    return findings_.newest(of_each_kind);
}

LiveState::OfExchange LiveState::findings_of(ExchangeId exchange) const {
    const std::lock_guard lock(mutex_);
    return {findings_.of(exchange), findings_.forgotten_up_to()};
}

}  // namespace why401
