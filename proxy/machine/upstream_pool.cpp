#include "proxy/machine/upstream_pool.h"

#include <algorithm>

namespace why401 {
namespace {

constexpr std::size_t kRecordedCandidates = 16;
constexpr std::string_view kPrivate = "private to this client since a login was seen on it";

using Idle = std::vector<const IdleUpstream*>;

// splitmix64: a named generator, so that a seed means the same everywhere.
std::uint64_t next_random(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

bool earlier(const IdleUpstream* a, const IdleUpstream* b) { return a->idle_since < b->idle_since; }

struct Choice {
    const IdleUpstream* connection = nullptr;
    std::string_view because;
};

/// What the product would say, or else we.
Choice said(const Policy& policy, Choice choice, std::string_view ProductWords::*theirs) {
    if (policy.words) choice.because = policy.words->*theirs;
    return choice;
}

Choice from_pool(const Policy& policy, const Asker& asker, const Idle& free, PoolMemory& memory) {
    const auto by_age = [](const Idle& some, auto pick) { return *pick(some.begin(), some.end(), earlier); };
    const auto newest = [](auto begin, auto end, auto less) { return std::max_element(begin, end, less); };
    const auto oldest = [](auto begin, auto end, auto less) { return std::min_element(begin, end, less); };
    if (free.empty()) return {nullptr, "no idle connection to this server: a new one"};
    switch (policy.order) {
        case PoolOrder::Lifo:
            return {by_age(free, newest), "the most recently used idle connection of the pool"};
        case PoolOrder::Fifo:
            return {by_age(free, oldest), "the idle connection of the pool that waited longest"};
        case PoolOrder::RoundRobin:
            return {free[memory.turn++ % free.size()], "the next idle connection in turn"};
        case PoolOrder::Random:
            if (memory.random == 0) memory.random = policy.seed;
            return {free[next_random(memory.random) % free.size()], "an idle connection drawn at random"};
        case PoolOrder::Switch: {
            Idle others;
            std::copy_if(free.begin(), free.end(), std::back_inserter(others),
                         [&](const IdleUpstream* c) { return c->id != asker.previous; });
            if (others.empty())
                return {nullptr, "not the connection of this client's previous request: a new one"};
            return {by_age(others, newest),
                    "not the connection of this client's previous request: another idle one"};
        }
        default: return {nullptr, "a new connection for each request"};
    }
}

/// Why the connection is the asker's, whatever the policy; empty when it is not.
std::string_view own(const IdleUpstream& c, const Asker& asker) {
    if (c.login_under_way)
        return c.last_client == asker.client ? "a login in flight finishes on the connection where it began"
                                             : "";
    if (c.private_to == asker.client) return kPrivate;
    return c.owner == asker.client ? "this client's own connection" : "";
}

// A client may have several of its own after a switch. The one it used last is the one where its login
// stands: taking turns among them would split every handshake.
Choice choose(const Policy& policy, const Asker& asker, std::span<const IdleUpstream> idle,
              PoolMemory& memory) {
    Choice last;
    Idle free;
    for (const IdleUpstream& c : idle) {
        if (const std::string_view because = own(c, asker); !because.empty()) {
            if (!last.connection || earlier(last.connection, &c)) last = {&c, because};
        } else if (!c.login_under_way && !c.private_to && !c.owner) {
            free.push_back(&c);
        }
    }
    if (last.connection) {
        const bool pinned = policy.words && !policy.words->own.empty() && last.because == kPrivate;
        return pinned ? said(policy, last, &ProductWords::own) : last;
    }
    if (policy.first_is_new && !asker.previous) return {nullptr, policy.words->first};
    if (policy.pins_a_new_one && asker.has_transport) return {nullptr, policy.words->first};
    if (policy.is_affinity())
        return {nullptr, "this client has no open connection to this server: a new one of its own"};
    if (policy.order == PoolOrder::RoundRobin || policy.order == PoolOrder::Random)
        std::sort(free.begin(), free.end(), [](auto* a, auto* b) { return a->id < b->id; });
    return said(policy, from_pool(policy, asker, free, memory),
                free.empty() ? &ProductWords::none : &ProductWords::pool);
}

}  // namespace

PoolDecision choose_upstream(const Policy& policy, const Asker& asker, std::span<const IdleUpstream> idle,
                             PoolMemory& memory) {
    PoolDecision decision;
    decision.policy = policy.name;
    for (const IdleUpstream& c : idle) {
        if (decision.candidates.size() == kRecordedCandidates) break;
        const auto& bound = c.private_to ? c.private_to : c.owner;
        decision.candidates.push_back({c.id, c.last_client, bound.has_value() && bound != asker.client});
    }
    const Choice choice = choose(policy, asker, idle, memory);
    if (choice.connection) decision.chosen = choice.connection->id;
    decision.opened_new = !choice.connection;
    decision.because = choice.because;
    return decision;
}

bool pins(const Policy& policy, const SchemeSighting& seen) {
    switch (policy.pin) {
        case PinTrigger::Never: return false;
        case PinTrigger::RequestOrResponse: return seen.in_request || seen.in_response;
        case PinTrigger::Request: return seen.in_request;
        case PinTrigger::Response: return seen.in_response;
        case PinTrigger::ResponseRefusal:
            return seen.in_response && (seen.status == 401 || seen.status == 407);
    }
    return false;
}

}  // namespace why401
