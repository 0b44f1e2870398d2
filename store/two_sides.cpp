#include "store/two_sides.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace why401 {
namespace {

/// What a proxy does not change: method, URL, who is asking, and what came of it.
std::string key_of(const Exchange& exchange) {
    return std::string(exchange.request.method()) + " " + url(exchange) + " " +
           std::to_string(exchange.status) + " " + std::string(value(exchange.request, "Authorization"));
}

std::string_view host_of(std::string_view end) { return end.substr(0, end.rfind(':')); }

class Sides {
public:
    explicit Sides(const std::map<std::uint64_t, StreamEnds>& ends) : ends_(ends) {}

    /// `inner` may be what the proxy made of `outer`.
    bool fit(const Exchange& outer, const Exchange& inner) const {
        if (outer.status == 0 || inner.timing.started < outer.timing.started ||
            outer.timing.ended < inner.timing.ended)
            return false;
        const StreamEnds *first = ends_of(outer), *second = ends_of(inner);
        return first && second && first->server != second->server &&
               host_of(first->server) == host_of(second->client);
    }

private:
    const StreamEnds* ends_of(const Exchange& exchange) const {
        const auto at = ends_.find(exchange.client_connection->number);
        return at == ends_.end() ? nullptr : &at->second;
    }
    const std::map<std::uint64_t, StreamEnds>& ends_;
};

void add_edit(std::vector<Edit>& edits, const Message& before, const Message& after) {
    if (before.head == after.head) return;
    edits.push_back(
        {0, static_cast<std::uint32_t>(before.head.size()), after.head, "as it passed on the other side"});
}

Exchange joined(Exchange outer, Exchange inner) {
    add_edit(outer.request_edits, outer.request, inner.request);
    add_edit(outer.response_edits, inner.response, outer.response);
    outer.response = std::move(inner.response);
    outer.upstream_connection = inner.upstream_connection;
    outer.timing.forwarded = inner.timing.started;
    outer.timing.response_head = inner.timing.response_head;
    return outer;
}

}  // namespace

std::size_t join_two_sides(std::vector<Exchange>& exchanges,
                           const std::map<std::uint64_t, StreamEnds>& ends) {
    const Sides sides(ends);
    std::unordered_map<std::string, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < exchanges.size(); ++i)
        if (exchanges[i].client_connection) alike[key_of(exchanges[i])].push_back(i);
    constexpr std::size_t kMostAlike = 2'000;  // that are compared with each other
    std::vector<bool> gone(exchanges.size());
    std::size_t pairs = 0;
    for (const auto& [key, group] : alike) {
        if (group.size() > kMostAlike) continue;
        for (const std::size_t outer : group) {
            std::optional<std::size_t> only;
            std::size_t found = 0;
            for (const std::size_t inner : group) {
                if (inner == outer || gone[inner] || !sides.fit(exchanges[outer], exchanges[inner])) continue;
                ++found;
                only = inner;
            }
            if (found != 1 || gone[outer]) continue;
            Exchange whole = joined(std::move(exchanges[outer]), std::move(exchanges[*only]));
            exchanges[outer] = std::move(whole);
            gone[*only] = true;
            ++pairs;
        }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < exchanges.size(); ++i)
        if (!gone[i] && kept++ != i) exchanges[kept - 1] = std::move(exchanges[i]);
    exchanges.resize(kept);
    return pairs;
}

}  // namespace why401
