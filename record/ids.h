#pragma once
// Names of things in a record. They are dense, start at 1 and are given in order of appearance.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace why401 {

enum class Leg : std::uint8_t { Client, Upstream };

/// A TCP connection: C1, C2 ... between clients and this proxy, U1, U2 ... between it and servers. Where
/// several records are merged, the top byte of `number` says from which one it came (1 to 26): A:C1.
struct ConnectionId {
    Leg leg = Leg::Client;
    std::uint64_t number = 0;
    auto operator<=>(const ConnectionId&) const = default;
};

enum class ExchangeId : std::uint64_t {};

constexpr int kSourceShift = 56;  ///< of the source within ConnectionId::number

inline std::string to_string(ConnectionId id) {
    const std::uint64_t source = id.number >> kSourceShift;
    const std::uint64_t number = id.number & ((std::uint64_t{1} << kSourceShift) - 1);
    std::string text =
        source == 0 ? std::string() : std::string(1, static_cast<char>('A' + source - 1)) + ":";
    return text + (id.leg == Leg::Client ? "C" : "U") + std::to_string(number);
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
