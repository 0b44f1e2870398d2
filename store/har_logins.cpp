#include "store/har_logins.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "wire/ascii.h"

namespace why401 {
namespace {

/// "NTLM TlRM...": a scheme of this kind and something behind it.
bool carries_token(std::string_view value) {
    const std::size_t blank = value.find(' ');
    const std::string_view scheme = value.substr(0, blank);
    return blank != std::string_view::npos && value.size() > blank + 8 &&
           (same_name(scheme, "NTLM") || same_name(scheme, "Negotiate"));
}

bool is_challenge(const Exchange& exchange) {
    if (exchange.status != 401) return false;
    const auto offers = values(exchange.response, "WWW-Authenticate");
    return std::any_of(offers.begin(), offers.end(), carries_token);
}

void join(TraceRecord& record, Exchange& exchange, const std::string& name) {
    for (const Leg leg : {Leg::Client, Leg::Upstream}) {
        Connection& connection = record.connection(leg, name);
        if (connection.opened == Instant{}) connection.opened = exchange.timing.started;
        if (leg == Leg::Upstream) connection.origin = exchange.authority;
        (leg == Leg::Client ? exchange.client_connection : exchange.upstream_connection) = connection.id;
    }
}

}  // namespace

std::size_t link_logins(TraceRecord& record) {
    std::vector<Exchange*> in_order;
    for (Exchange& exchange : record.exchanges())
        if (!exchange.upstream_connection && !exchange.client_connection) in_order.push_back(&exchange);
    std::stable_sort(in_order.begin(), in_order.end(), [](const Exchange* a, const Exchange* b) {
        return a->timing.started.wall_us < b->timing.started.wall_us;
    });
    std::unordered_map<std::string, Exchange*>
        challenged;  // by page: the CHALLENGE that waits for its answer
    std::size_t logins = 0;
    for (Exchange* exchange : in_order) {
        const std::string page = std::string(exchange->request.method()) + " " + url(*exchange);
        const auto before = challenged.find(page);
        if (before != challenged.end() && carries_token(value(exchange->request, "Authorization"))) {
            const std::string name = "login " + std::to_string(++logins);
            join(record, *before->second, name);
            join(record, *exchange, name);
        }
        if (before != challenged.end()) challenged.erase(before);
        if (is_challenge(*exchange)) challenged.emplace(page, exchange);
    }
    return logins;
}

}  // namespace why401
