#pragma once
// An IP address and a TCP port as values, without a socket library in sight.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::net {

struct Endpoint {
    std::array<std::uint8_t, 16> address{};  ///< IPv6, or IPv4 as ::ffff:a.b.c.d
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;

    bool is_v4() const;
    bool is_any() const;       ///< 0.0.0.0 or ::
    bool is_loopback() const;  ///< 127.0.0.0/8 or ::1
};

/// "127.0.0.1:8401", "[::1]:8401".
std::string to_string(const Endpoint& endpoint);
/// The address alone, without brackets: "127.0.0.1", "::1".
std::string address_text(const Endpoint& endpoint);

/// Takes "ADDR:PORT", "[ADDR6]:PORT", ":PORT" (loopback) and "localhost:PORT"; no other names. Empty when it
/// is none of these.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// A bare IPv4 or IPv6 literal (no brackets) with a port. Empty for names.
std::optional<Endpoint> literal_endpoint(std::string_view address, std::uint16_t port);

/// As literal_endpoint(), and the spellings of IPv4 that resolvers take for an address without asking
/// anybody: "127.1", "0x7f.1", "2130706433".
std::optional<Endpoint> numeric_endpoint(std::string_view address, std::uint16_t port);

/// Whether connecting to `target` reaches a socket that listens on `listener` on this machine:
/// the same address, or the wildcard and one of this machine's addresses, IPv4-mapped forms included.
bool reaches(const Endpoint& target, const Endpoint& listener);

}  // namespace why401::net
