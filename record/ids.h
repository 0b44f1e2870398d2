#pragma once
// Names of things in a record. They are dense, start at 1 and are given in order of appearance.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace why401 {

enum class Leg : std::uint8_t { Client, Upstream };

/// A TCP connection: C1, C2 ... between clients and this proxy, U1, U2 ... between it and servers.
struct ConnectionId {
    Leg leg = Leg::Client;
    std::uint64_t number = 0;
    auto operator<=>(const ConnectionId&) const = default;
};

enum class ExchangeId : std::uint64_t {};

inline std::string to_string(ConnectionId id) {
    return (id.leg == Leg::Client ? "C" : "U") + std::to_string(id.number);
}
inline std::uint64_t number(ExchangeId id) { return static_cast<std::uint64_t>(id); }

/// Both clocks: `wall` for people (UTC, can jump), `steady` for durations and order (never jumps).
/// Microseconds; wall since the Unix epoch, steady since an arbitrary start. Files that know only
/// one clock fill both with it.
struct Instant {
    std::int64_t wall_us = 0;
    std::int64_t steady_us = 0;
    auto operator<=>(const Instant&) const = default;
};

}  // namespace why401

template <>
struct std::hash<why401::ConnectionId> {
    std::size_t operator()(const why401::ConnectionId& id) const noexcept {
        return std::hash<std::uint64_t>{}(id.number * 2 + static_cast<std::uint64_t>(id.leg));
    }
};
