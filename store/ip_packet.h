#pragma once
// The TCP segment in one frame: through Ethernet with VLANs, Linux cooked capture, loopback or raw IP, and
// IPv4 or IPv6. It checks lengths and no check sums: captures at the sender hold unfinished ones. Fragments
// are refused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/pcap_file.h"

namespace why401 {

struct Endpoint {
    std::string address;  ///< 4 or 16 bytes
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;
};
/// "10.0.0.1:80", "[2001:db8::1]:80"
std::string to_text(const Endpoint& endpoint);

struct Segment {
    Endpoint from, to;
    std::uint32_t sequence = 0;
    bool syn = false, ack = false, fin = false, reset = false;
    std::string_view data;
    std::uint64_t missing = 0;  ///< bytes of it that the capture cut off
};

enum class NotTcp : std::uint8_t { OtherLink, OtherProtocol, Fragment, Damaged };

/// Nothing when the frame holds none; `why` then says so.
std::optional<Segment> tcp_segment(const Frame& frame, NotTcp& why);

}  // namespace why401
