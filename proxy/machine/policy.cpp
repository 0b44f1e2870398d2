#include "proxy/machine/policy.h"

#include <array>
#include <charconv>

namespace why401 {
namespace {

struct Row {
    std::string_view name, meaning;
    PoolOrder order;
    PinTrigger pin;
};

using enum PoolOrder;

constexpr Row kRows[] = {
    {"affinity", "one upstream connection per client connection and origin, never shared (the default)",
     OwnOnly, PinTrigger::Never},
    {"auth-aware", "pooled, but private to one client once a connection-based scheme is seen", Lifo,
     PinTrigger::RequestOrResponse},
    {"pooled/lifo", "the most recently used idle connection, blind to authentication", Lifo,
     PinTrigger::Never},
    {"pooled/fifo", "the idle connection that has waited longest, blind to authentication", Fifo,
     PinTrigger::Never},
    {"pooled/round-robin", "idle connections in turn, blind to authentication", RoundRobin,
     PinTrigger::Never},
    {"pooled/random", "any idle connection, by a generator with a seed (pooled/random:SEED)", Random,
     PinTrigger::Never},
    {"pooled/switch", "never the connection of this client's previous request: the bug, every time", Switch,
     PinTrigger::Never},
    {"per-request", "a new connection for each request", New, PinTrigger::Never},
    {"like/haproxy-safe", "pooled; private after a 401 or 407 that offers NTLM or Negotiate", Lifo,
     PinTrigger::ResponseRefusal},
    {"like/nginx-1.29.7", "pooled, most recently used first; never private", Lifo, PinTrigger::Never},
    {"like/traefik-3.1", "pooled; private only after a response that offers NTLM or Negotiate", Lifo,
     PinTrigger::Response},
    {"like/squid", "pooled; private once a request carries NTLM, Negotiate or Kerberos credentials", Lifo,
     PinTrigger::Request},
};

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
    for (const Row& row : kRows)
        if (row.name == wanted) return Policy{std::string(name), row.order, row.pin, seed};
    return std::nullopt;
}

std::span<const PolicyName> policy_names() {
    static const auto names = [] {
        std::array<PolicyName, std::size(kRows)> all;
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = {kRows[i].name, kRows[i].meaning};
        return all;
    }();
    return names;
}

}  // namespace why401
