#pragma once
// What the relay remembers of one upstream connection.

#include <optional>
#include <string>
#include <vector>

#include "proxy/machine/outside.h"
#include "record/connection.h"

namespace why401 {

class ClientSession;

/// How far a connection-based login on it has come, as far as the relay needs to know.
enum class Login : std::uint8_t { None, UnderWay, Done };

struct Upstream {
    ConnectionId id;
    ConnectionFacts connection;  ///< what the record has of it; null before it is connected
    NextHop hop;
    ClientSession* client = nullptr;  ///< whose exchange or tunnel it carries now; null: idle
    std::optional<ConnectionId> owner;
    std::optional<ConnectionId> private_to;
    std::optional<ConnectionId> last_client;
    Login login = Login::None;
    bool login_from_earlier_policy = false;  ///< it must finish here although the policy was switched
    bool connected = false;                  ///< and secured, where its hop says so
    bool securing = false;                   ///< its TLS handshake is under way
    bool ended = false;                      ///< the server has sent FIN
    bool server_said_close = false;          ///< its last answer says that it is the last on it
    bool retired = false;                    ///< to be closed as soon as its exchange is done
    bool paused = false;
    bool of_tunnel = false;    ///< a tunnel through a parent proxy: its client's, whatever the policy
    std::uint64_t served = 0;  ///< requests sent on it
    // While idle:
    std::uint64_t idle_since = 0;
    std::int64_t idle_from_us = 0;
    std::vector<Upstream*>* idle_list = nullptr;  ///< of its next hop; null: not idle
    std::size_t idle_place = 0;                   ///< in that list
    ClientSession* rests_for = nullptr;           ///< whose alone it is

    /// The client connection that alone may use it.
    const std::optional<ConnectionId>& bound_to() const { return private_to ? private_to : owner; }

    std::string input;  ///< bytes of a head that is not whole yet
};

}  // namespace why401
