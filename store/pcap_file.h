#pragma once
// The two formats of packet captures: libpcap's and pcapng (draft-ietf-opsawg-pcapng), either byte order. It
// gives frames and when they passed, and looks into none of them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace why401 {

struct Frame {
    std::int64_t time_us = 0;
    std::uint32_t link = 0;    ///< LINKTYPE_ of www.tcpdump.org/linktypes.html
    std::string_view bytes;    ///< as far as they were kept
    std::uint64_t length = 0;  ///< as they passed
};

struct PcapEnd {
    bool whole = true;
    std::uint64_t offset = 0;  ///< where reading stopped
};

/// Visits every frame. Throws TraceError when the beginning is of neither format.
PcapEnd read_frames(std::string_view bytes, const std::function<void(const Frame&)>& visit);

}  // namespace why401
