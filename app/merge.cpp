#include "app/merge.h"
#include "record/item_time.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>
#include <utility>

namespace why401 {
namespace {

using NewIds = std::map<std::pair<std::size_t, std::uint64_t>, std::uint64_t>;

/// When an item arose; zero when its source does not say.
/// Gives the things of one record their new names, and its steady clock the start of the wall clock: steady
/// clocks of two machines have nothing in common.
class Renamer {
public:
    Renamer(std::size_t source, const NewIds& ids, std::int64_t steady_offset)
        : source_(source), ids_(ids), steady_offset_(steady_offset) {}

    void operator()(Exchange& exchange) const {
        exchange.id = static_cast<ExchangeId>(ids_.at({source_, number(exchange.id)}));
        rename(exchange.client_connection);
        rename(exchange.upstream_connection);
        for (Instant* instant :
             {&exchange.timing.started, &exchange.timing.request_head, &exchange.timing.forwarded,
              &exchange.timing.response_head, &exchange.timing.ended})
            shift(*instant);
        if (!exchange.decision) return;
        rename(exchange.decision->chosen);
        for (PoolCandidate& candidate : exchange.decision->candidates) {
            rename(candidate.connection);
            rename(candidate.last_client);
        }
    }
    void operator()(Connection& connection) const {
        rename(connection.id);
        rename(connection.opened_for);
        shift(connection.opened);
        if (connection.closing) shift(connection.closing->at);
    }
    void operator()(PolicyChanged& event) const { shift(event.at); }
    void operator()(FaultsChanged& event) const { shift(event.at); }
    void operator()(FaultSeen& event) const {
        rename(event.connection);
        shift(event.at);
    }
    void operator()(NotRecorded& event) const { shift(event.at); }
    void operator()(InterceptionChanged& event) const { shift(event.at); }

private:
    void rename(ConnectionId& id) const {
        id.number |= static_cast<std::uint64_t>(source_ + 1) << kSourceShift;
    }
    void rename(std::optional<ConnectionId>& id) const {
        if (id) rename(*id);
    }
    void shift(Instant& instant) const {
        if (instant != Instant{}) instant.steady_us += steady_offset_;
    }

    std::size_t source_;
    const NewIds& ids_;
    std::int64_t steady_offset_;
};

std::int64_t steady_offset(const std::vector<RecordItem>& record) {
    for (const RecordItem& item : record)
        if (const Instant at = time_of(item); at != Instant{}) return at.wall_us - at.steady_us;
    return 0;
}

NewIds number_by_start(const std::vector<std::vector<RecordItem>>& records) {
    std::vector<std::tuple<std::int64_t, std::size_t, std::uint64_t>> starts;
    for (std::size_t source = 0; source < records.size(); ++source)
        for (const RecordItem& item : records[source])
            if (const auto* exchange = std::get_if<Exchange>(&item))
                starts.emplace_back(exchange->timing.started.wall_us, source, number(exchange->id));
    std::sort(starts.begin(), starts.end());
    NewIds ids;
    std::uint64_t next = 1;
    for (const auto& [start, source, id] : starts) ids.emplace(std::pair(source, id), next++);
    return ids;
}

struct Place {
    std::int64_t key;
    std::size_t source, index;
    auto operator<=>(const Place&) const = default;
};

/// A clock that was set back must not reorder a record: its time never falls.
std::vector<Place> in_order(const std::vector<std::vector<RecordItem>>& records) {
    std::vector<Place> places;
    for (std::size_t source = 0; source < records.size(); ++source) {
        std::int64_t latest = 0;
        for (std::size_t index = 0; index < records[source].size(); ++index) {
            latest = std::max(latest, time_of(records[source][index]).wall_us);
            places.push_back({latest, source, index});
        }
    }
    std::sort(places.begin(), places.end());
    return places;
}

}  // namespace

std::vector<MergedItem> merge(std::vector<std::vector<RecordItem>> records) {
    assert(records.size() <= kMostSources);
    const NewIds ids = number_by_start(records);
    std::vector<Renamer> renamers;
    for (std::size_t source = 0; source < records.size(); ++source)
        renamers.emplace_back(source, ids, steady_offset(records[source]));
    std::vector<MergedItem> merged;
    for (const Place& place : in_order(records)) {
        RecordItem& item = records[place.source][place.index];
        const auto* exchange = std::get_if<Exchange>(&item);
        const std::uint64_t source_id = exchange ? number(exchange->id) : 0;
        std::visit(renamers[place.source], item);
        merged.push_back({std::move(item), std::string(1, static_cast<char>('A' + place.source)), source_id});
    }
    return merged;
}

}  // namespace why401
