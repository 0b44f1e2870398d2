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
    Response,           ///< "NTLM" or "Negotiate", spelt so, in a WWW-Authenticate line, at any status
    ResponseRefusal,    ///< a challenge that begins with "NTLM" or "Nego" in a 401 or 407 only
};

/// Why a product chose as it did, in the words of its own configuration: clauses of PoolDecision::because.
struct ProductWords {
    std::string_view own;    ///< the connection is this client's
    std::string_view first;  ///< a new one, because of what this client connection is
    std::string_view pool;   ///< one that others have used
    std::string_view none;   ///< a new one, because there is no other
};

struct Policy {
    std::string name = "affinity";  ///< as the user knows it: "pooled/random:7"
    PoolOrder order = PoolOrder::OwnOnly;
    PinTrigger pin = PinTrigger::Never;
    std::uint64_t seed = 0;  ///< of PoolOrder::Random

    bool first_is_new = false;    ///< the first request of a client connection never takes a used one
    bool pins_a_new_one = false;  ///< not the connection that showed a login becomes private, but the next
    bool by_address = false;      ///< servers behind one address are one server
    bool tells_client = true;  ///< a login that is lost with its connection ends the client's (relay rule 2)
    const ProductWords* words = nullptr;  ///< of the product it is like; null: our own

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
