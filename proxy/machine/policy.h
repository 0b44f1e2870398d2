#pragma once
// The pooling policies by name, and what each one does, as data. Which connection a request gets is
// decided in upstream_pool; this only says by which rules.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace why401 {

enum class PoolOrder : std::uint8_t {
    OwnOnly,     ///< the connection this client connection opened; never anybody else's
    Lifo,        ///< the most recently used idle connection
    Fifo,        ///< the idle connection that has waited longest
    RoundRobin,  ///< idle connections in turn
    Random,      ///< by a seeded generator, so that a run can be repeated
    Switch,      ///< never the one that carried this client's previous request
    New,         ///< a new one each time
};

/// What makes a pooled connection private to one client connection.
enum class PinTrigger : std::uint8_t {
    Never,
    RequestOrResponse,  ///< a connection-based scheme in either, at any status (relay rule 4)
    Request,            ///< credentials of such a scheme in a request
    Response,           ///< a challenge of such a scheme, at any status
    ResponseRefusal,    ///< such a challenge in a 401 or 407 only
};

struct Policy {
    std::string name = "affinity";  ///< as the user knows it: "pooled/random:7"
    PoolOrder order = PoolOrder::OwnOnly;
    PinTrigger pin = PinTrigger::Never;
    std::uint64_t seed = 0;  ///< of PoolOrder::Random

    bool is_affinity() const { return order == PoolOrder::OwnOnly; }
};

/// Takes a name of the contract, "pooled" and "pooled/random" included. Empty for an unknown one.
std::optional<Policy> parse_policy(std::string_view name);

/// Name and one line of explanation, in the order of the contract.
struct PolicyName {
    std::string_view name, meaning;
};
std::span<const PolicyName> policy_names();

}  // namespace why401
