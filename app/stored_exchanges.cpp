#include "app/stored_exchanges.h"

#include <algorithm>
#include <unordered_map>

#include "app/report_json.h"

namespace why401 {

std::vector<LiveExchange> stored_exchanges(const CaptureReader& from, std::uint64_t after,
                                           std::uint64_t up_to, std::uint64_t limit) {
    std::vector<LiveExchange> found;
    if (after >= up_to) return found;
    for (Exchange& exchange : from.exchanges(after, std::min(limit, up_to - after))) {
        if (number(exchange.id) > up_to) break;
        const ExchangeId id = exchange.id;
        found.push_back({std::make_shared<const Exchange>(std::move(exchange)), {}});
        found.back().reading.exchange = id;
    }
    if (found.empty()) return found;
    std::unordered_map<std::uint64_t, LiveExchange*> places;
    for (LiveExchange& one : found) places.emplace(number(one.exchange->id), &one);
    from.cached(CachedKind::Exchange, after, found.size(), [&](std::uint64_t id, const std::string& json) {
        const auto place = places.find(id);
        if (place == places.end()) return;
        place->second->reading = reading_from_json(json);
        place->second->reading.exchange = static_cast<ExchangeId>(id);
    });
    return found;
}

}  // namespace why401
