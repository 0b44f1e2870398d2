#include "app/live_record.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>

#include "app/filter_sql.h"
#include "app/live_state.h"
#include "app/older_exchanges.h"
#include "app/report_json.h"

namespace why401 {
namespace {

constexpr std::size_t kAtATime = 500;  // that memory copies under its lock

std::uint64_t id_of(const LiveExchange& live) { return number(live.exchange->id); }
bool by_id(const LiveExchange& a, const LiveExchange& b) { return id_of(a) < id_of(b); }

/// One that memory holds; also where it does not match, for the file may have an older state that does.
struct Recent {
    ListedExchange exchange;
    ExchangeReading reading;
    bool matches = false;
};

/// As many as the question can have room for.
std::vector<Recent> recent_of(const LiveState& live, const ListQuestion& question) {
    std::vector<Recent> recent;
    std::size_t matching = 0;
    const auto take = [&](const std::vector<LiveExchange>& batch) {
        for (const LiveExchange& one : batch) {
            if (id_of(one) <= question.after) continue;
            const bool matches = question.filter.matches(*one.exchange, one.reading);
            matching += matches;
            recent.push_back({listed(*one.exchange), one.reading, matches});
        }
    };
    if (question.only) {
        take(live.exchanges(*question.only));
        return recent;
    }
    for (std::uint64_t last = question.after; matching < question.limit; last = recent.back().exchange.id) {
        const std::vector<LiveExchange> batch = live.exchanges(last, kAtATime);
        take(batch);
        if (batch.size() < kAtATime) break;
    }
    return recent;
}

/// Ids are dense: those between that neither the file nor memory knows are gone.
std::uint64_t gone(const ListQuestion& question, std::uint64_t up_to, std::uint64_t in_file,
                   const std::vector<Recent>& recent) {
    if (question.only || up_to <= question.after) return 0;
    const auto in_memory = static_cast<std::uint64_t>(std::count_if(
        recent.begin(), recent.end(), [&](const Recent& one) { return one.exchange.id <= up_to; }));
    const std::uint64_t all = up_to - question.after;
    return all - std::min(all, std::max(in_file, in_memory));
}

}  // namespace

Summary LiveRecord::summary() const { return live_.summary(); }

/// Both parts in order of id. Memory has the newer state of one that both hold: after the file was full, say.
ExchangeList LiveRecord::list(const ListQuestion& question) const {
    // Asked first: what is forgotten meanwhile is in the file by then.
    const std::vector<Recent> recent = recent_of(live_, question);
    const std::uint64_t forgotten = live_.forgotten_up_to();
    ExchangeList list;
    auto next = recent.begin();
    const auto add = [&](const ListedExchange& exchange, const ExchangeReading& reading) {
        if (list.size() < question.limit) list.add(exchange, reading);
    };
    const auto add_recent_before = [&](std::uint64_t id) {
        for (; next != recent.end() && next->exchange.id < id; ++next)
            if (next->matches) add(next->exchange, next->reading);
    };
    // Room for those that memory has as well, and that are passed over.
    ListedRange range{question.after, forgotten, question.limit, question.only ? &*question.only : nullptr};
    range.limit += std::min<std::uint64_t>(recent.size(), UINT64_MAX - range.limit);
    const std::uint64_t in_file = OlderExchanges(capture_).listed(
        range, sql_condition(question.filter), [&](const ListedExchange& older, std::string_view reading) {
            add_recent_before(older.id);
            if (next != recent.end() && next->exchange.id == older.id) return;
            add(older, reading_from_json(reading));
        });
    add_recent_before(UINT64_MAX);
    const bool full = list.size() == question.limit;
    if (full && list.size() > 0) list.next = list.last();
    list.scanned = in_file + recent.size();
    list.forgotten = gone(question, full ? std::min(forgotten, list.last()) : forgotten, in_file, recent);
    return list;
}

std::optional<LiveExchange> LiveRecord::exchange(ExchangeId id) const {
    if (auto live = live_.exchange(number(id))) return live;
    if (number(id) > live_.forgotten_up_to()) return std::nullopt;
    return OlderExchanges(capture_).one(id);
}

std::vector<LiveExchange> LiveRecord::exchanges(const std::vector<std::uint64_t>& ids) const {
    std::vector<LiveExchange> found = live_.exchanges(ids);
    const std::uint64_t forgotten = live_.forgotten_up_to();
    OlderExchanges older(capture_);
    std::vector<LiveExchange> rest;
    for (const std::uint64_t id : ids) {
        const auto same = [&](const LiveExchange& one) { return id_of(one) == id; };
        if (id > forgotten || std::any_of(found.begin(), found.end(), same)) continue;
        if (auto one = older.one(static_cast<ExchangeId>(id))) rest.push_back(std::move(*one));
    }
    std::move(rest.begin(), rest.end(), std::back_inserter(found));
    std::sort(found.begin(), found.end(), by_id);
    return found;
}

/// As list(), of the exchanges whole.
std::vector<LiveExchange> LiveRecord::exchanges(std::uint64_t after, std::size_t limit) const {
    std::vector<LiveExchange> recent = live_.exchanges(after, limit);
    std::vector<LiveExchange> found = OlderExchanges(capture_).between(after, live_.forgotten_up_to(), limit);
    std::erase_if(found, [&](const LiveExchange& older) {
        return std::binary_search(recent.begin(), recent.end(), older, by_id);
    });
    const auto middle = static_cast<std::ptrdiff_t>(found.size());
    std::move(recent.begin(), recent.end(), std::back_inserter(found));
    std::inplace_merge(found.begin(), found.begin() + middle, found.end(), by_id);
    if (found.size() > limit) found.resize(limit);
    return found;
}

std::vector<std::string> LiveRecord::connections() const { return live_.connections(); }

std::vector<std::string> LiveRecord::connections(const std::vector<ConnectionId>& ids) const {
    std::map<ConnectionId, std::string> found = live_.connections(ids);
    std::vector<ConnectionId> missing;
    for (const ConnectionId& id : ids)
        if (!found.contains(id)) missing.push_back(id);
    for (const Connection& older : OlderExchanges(capture_).connections(missing))
        found.emplace(older.id, boost::json::serialize(connection_json(older)));
    std::vector<std::string> texts;
    for (auto& [id, text] : found) texts.push_back(std::move(text));
    return texts;
}

std::vector<std::string> LiveRecord::conversations() const { return live_.conversations(); }

std::vector<std::string> LiveRecord::conversations(const std::vector<std::uint64_t>& ids) const {
    std::map<std::uint64_t, std::string> found = live_.conversations(ids);
    OlderExchanges older(capture_);
    std::vector<std::string> texts;
    for (const std::uint64_t id : ids) {
        const auto one = found.find(id);
        if (std::string text = one != found.end() ? one->second : older.conversation(id); !text.empty())
            texts.push_back(std::move(text));
    }
    return texts;
}

std::vector<std::string> LiveRecord::findings(std::size_t of_each_kind) const {
    return live_.findings(of_each_kind);
}

std::vector<std::string> LiveRecord::findings_of(ExchangeId exchange) const {
    LiveState::OfExchange known = live_.findings_of(exchange);
    known.findings.merge(OlderExchanges(capture_).findings_of(exchange, known.forgotten_up_to));
    std::vector<std::string> texts;
    for (auto& [id, text] : known.findings) texts.push_back(std::move(text));
    return texts;
}

std::vector<std::string> LiveRecord::switches() const { return live_.switches(); }

}  // namespace why401
