#include "proxy/machine/policy.h"

#include <charconv>
#include <vector>

namespace why401 {
namespace {

using enum PoolOrder;

// src/http_ana.c and src/backend.c of 2.6: the table of http-reuse, and conn_set_private after a 401 or 407.
constexpr ProductWords kHaproxy = {
    "HAProxy keeps it private to this client connection: a 401 or 407 on it offered NTLM or Negotiate",
    "HAProxy (http-reuse safe) sends the first request of a client connection on a new one",
    "HAProxy (http-reuse safe) takes the one that waited longest: no 401 or 407 on it offered NTLM or "
    "Negotiate, so it belongs to nobody",
    "HAProxy has no idle connection that is not private: a new one"};
// ngx_http_upstream_keepalive_module: a cache by address, whoever put the connection there.
constexpr ProductWords kNginx = {
    "", "", "nginx takes the connection to this address that it cached last; it does not look at logins",
    "nginx has no connection to this address in its cache: a new one"};
// pkg/server/service/roundtripper.go: the round tripper of the connection is set after the response.
constexpr ProductWords kTraefik = {
    "Traefik uses the transport of this client connection: an earlier response to it offered NTLM or "
    "Negotiate",
    "Traefik opens one in the transport of this client connection: an earlier response to it offered NTLM or "
    "Negotiate, and came on a shared one",
    "Traefik takes the last idle connection that all share: no response to this client connection has "
    "offered NTLM or Negotiate yet",
    "Traefik has no idle connection that all share: a new one"};
// ConnStateData::pinConnection, by request->flags.connectionAuth.
constexpr ProductWords kSquid = {
    "Squid has pinned it to this client connection: a request on it sent NTLM, Negotiate or Kerberos "
    "credentials",
    "",
    "Squid takes the idle connection used last: nobody has sent NTLM, Negotiate or Kerberos credentials on "
    "it",
    "Squid has no idle connection that is not pinned: a new one"};

struct Row {
    std::string_view name, meaning;
    Policy policy;
};

Policy made(PoolOrder order, PinTrigger pin = PinTrigger::Never, const ProductWords* words = nullptr) {
    Policy policy;
    policy.order = order;
    policy.pin = pin;
    policy.words = words;
    return policy;
}

Policy like_haproxy() {
    Policy policy = made(Fifo, PinTrigger::ResponseRefusal, &kHaproxy);
    policy.first_is_new = true;
    policy.tells_client = false;
    return policy;
}

Policy like_nginx() {
    Policy policy = made(Lifo, PinTrigger::Never, &kNginx);
    policy.by_address = true;
    return policy;
}

Policy like_traefik() {
    Policy policy = made(Lifo, PinTrigger::Response, &kTraefik);
    policy.pins_a_new_one = true;
    policy.tells_client = false;
    return policy;
}

std::span<const Row> rows() {
    static const Row all[] = {
        {"affinity", "one upstream connection per client connection and origin, never shared (the default)",
         made(OwnOnly)},
        {"auth-aware", "pooled, but private to one client once a connection-based scheme is seen",
         made(Lifo, PinTrigger::RequestOrResponse)},
        {"pooled/lifo", "the most recently used idle connection, blind to authentication", made(Lifo)},
        {"pooled/fifo", "the idle connection that has waited longest, blind to authentication", made(Fifo)},
        {"pooled/round-robin", "idle connections in turn, blind to authentication", made(RoundRobin)},
        {"pooled/random", "any idle connection, by a generator with a seed (pooled/random:SEED)",
         made(Random)},
        {"pooled/switch", "never the connection of this client's previous request: the bug, every time",
         made(Switch)},
        {"per-request", "a new connection for each request", made(New)},
        {"like/haproxy-safe",
         "pooled from a client's second request on; private after a 401 or 407 that offers NTLM or "
         "Negotiate, so a login sent unasked is missed",
         like_haproxy()},
        {"like/nginx-1.29.7", "pooled by server address, most recently used first; never private",
         like_nginx()},
        {"like/traefik-3.1",
         "pooled; after a response that offers NTLM or Negotiate the client gets a new connection of its "
         "own, so a login can part in the middle",
         like_traefik()},
        {"like/squid",
         "pooled; pinned to the client once a request carries NTLM, Negotiate or Kerberos credentials",
         made(Lifo, PinTrigger::Request, &kSquid)},
    };
    return all;
}

constexpr std::string_view kRandom = "pooled/random";

}  // namespace

std::optional<Policy> parse_policy(std::string_view name) {
    if (name == "pooled") name = "pooled/lifo";
    std::uint64_t seed = 1;
    std::string_view wanted = name;
    if (name.starts_with(kRandom) && name.size() > kRandom.size()) {
        const std::string_view digits = name.substr(kRandom.size() + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
        if (name[kRandom.size()] != ':' || error != std::errc{} || end != digits.data() + digits.size())
            return std::nullopt;
        wanted = kRandom;
    }
    for (const Row& row : rows()) {
        if (row.name != wanted) continue;
        Policy policy = row.policy;
        policy.name = name;
        policy.seed = seed;
        return policy;
    }
    return std::nullopt;
}

std::span<const PolicyName> policy_names() {
    static const auto names = [] {
        std::vector<PolicyName> all;
        for (const Row& row : rows()) all.push_back({row.name, row.meaning});
        return all;
    }();
    return names;
}

}  // namespace why401
