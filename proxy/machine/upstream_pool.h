#pragma once
// Which upstream connection a request gets: a pure choice over what the pool knows. The relay carries the
// choice out and the record keeps it, with the candidates and the reason.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proxy/machine/policy.h"
#include "record/pool_decision.h"

namespace why401 {

/// What a choice may depend on, of one idle upstream connection to the wanted next hop.
struct IdleUpstream {
    ConnectionId id;
    std::optional<ConnectionId> owner;       ///< the client connection it belongs to: affinity, or a tunnel
    std::optional<ConnectionId> private_to;  ///< pinned by a connection-based scheme
    std::optional<ConnectionId> last_client;
    bool login_under_way = false;  ///< of `last_client`, begun under a policy that has since been switched
    std::uint64_t idle_since = 0;  ///< a counter: greater is more recent
};

struct Asker {
    ConnectionId client;
    std::optional<ConnectionId> previous;  ///< the upstream connection of its previous request
    bool has_transport = false;            ///< its next connections are its own: Policy::pins_a_new_one
};

/// The state of the policies that have one; the relay keeps it.
struct PoolMemory {
    std::uint64_t turn = 0;    ///< of round-robin
    std::uint64_t random = 0;  ///< of random: the generator's state, 0 before the first use
};

/// Chooses among idle connections that lead to the same next hop. Without `chosen`, a new one is to be
/// opened.
PoolDecision choose_upstream(const Policy& policy, const Asker& asker, std::span<const IdleUpstream> idle,
                             PoolMemory& memory);

/// Whether this scheme sighting makes the connection private under the policy.
struct SchemeSighting {
    bool in_request = false;
    bool in_response = false;
    int status = 0;  ///< of the response
};
bool pins(const Policy& policy, const SchemeSighting& seen);

}  // namespace why401
