#include "store/pcap_file.h"

#include <algorithm>
#include <vector>

#include "store/trace.h"
#include "wire/reader.h"

namespace why401 {
namespace {

using wire::Reader;

constexpr std::uint32_t kSection = 0x0A0D0D0A, kInterface = 1, kSimple = 3, kEnhanced = 6, kOldPacket = 2;

/// Numbers in the order of whoever wrote the file.
class Numbers {
public:
    Numbers(std::string_view bytes, bool little) : reader_(bytes), little_(little) {}
    std::uint16_t u16() { return little_ ? reader_.u16_le() : reader_.u16_be(); }
    std::uint32_t u32() { return little_ ? reader_.u32_le() : reader_.u32_be(); }
    std::string_view take(std::size_t count) { return reader_.take(count); }
    void skip(std::size_t count) { reader_.skip(count); }
    bool ok() const { return reader_.ok(); }
    std::size_t remaining() const { return reader_.remaining(); }
    std::size_t position() const { return reader_.position(); }

private:
    Reader reader_;
    bool little_;
};

PcapEnd read_classic(std::string_view bytes, bool little, bool nanoseconds,
                     const std::function<void(const Frame&)>& visit) {
    Numbers numbers(bytes, little);
    numbers.skip(20);
    const std::uint32_t link = numbers.u32() & 0x0fffffff;  // the rest: length of a frame's check sum
    if (!numbers.ok()) return {false, bytes.size()};
    while (numbers.remaining() > 0) {
        const std::size_t begin = numbers.position();
        Frame frame;
        const std::int64_t seconds = numbers.u32(), part = numbers.u32();
        frame.time_us = seconds * 1'000'000 + (nanoseconds ? part / 1000 : part);
        frame.link = link;
        const std::uint32_t kept = numbers.u32();
        frame.length = numbers.u32();
        frame.bytes = numbers.take(kept);
        if (!numbers.ok()) return {false, begin};
        visit(frame);
    }
    return {true, bytes.size()};
}

struct Interface {
    std::uint32_t link = 0;
    std::uint8_t resolution = 6;  ///< if_tsresol: a power of ten, or of two with the top bit set
};

constexpr std::int64_t kYear10000 = 253'402'300'800'000'000;  // microseconds since 1970

std::int64_t micros(std::uint64_t ticks, std::uint8_t resolution) {
    const unsigned power = resolution & 0x7f;
    if (resolution & 0x80) {
        if (power > 63) return 0;
        const std::uint64_t unit = std::uint64_t{1} << power;
        const std::uint64_t part = ticks % unit;
        const std::uint64_t below =
            power > 40 ? (part >> (power - 40)) * 1'000'000 >> 40 : part * 1'000'000 >> power;
        return static_cast<std::int64_t>(ticks / unit * 1'000'000 + below);
    }
    for (unsigned i = power; i > 6 && ticks > 0; --i) ticks /= 10;
    for (unsigned i = power; i < 6; ++i) ticks *= 10;
    return static_cast<std::int64_t>(ticks);
}

Interface read_interface(Numbers numbers) {
    Interface interface;
    interface.link = numbers.u16();
    numbers.skip(6);
    while (numbers.ok() && numbers.remaining() >= 4) {
        const std::uint16_t code = numbers.u16(), length = numbers.u16();
        const std::string_view value = numbers.take(length);
        numbers.skip((4 - length % 4) % 4);
        if (code == 0) break;
        if (code == 9 && value.size() == 1) interface.resolution = static_cast<std::uint8_t>(value[0]);
    }
    return interface;
}

void read_packet(std::uint32_t type, Numbers numbers, const std::vector<Interface>& interfaces,
                 const std::function<void(const Frame&)>& visit) {
    Frame frame;
    std::uint32_t interface = 0, kept = 0;
    std::uint64_t ticks = 0;
    if (type == kSimple) {
        frame.length = numbers.u32();
        kept = static_cast<std::uint32_t>(std::min<std::uint64_t>(frame.length, numbers.remaining()));
    } else {
        interface = type == kEnhanced ? numbers.u32() : numbers.u16();
        if (type == kOldPacket) numbers.skip(2);
        ticks = std::uint64_t{numbers.u32()} << 32;
        ticks |= numbers.u32();
        kept = numbers.u32();
        frame.length = numbers.u32();
    }
    frame.bytes = numbers.take(kept);
    if (!numbers.ok() || interface >= interfaces.size()) return;
    frame.link = interfaces[interface].link;
    frame.time_us = micros(ticks, interfaces[interface].resolution);
    if (frame.time_us < 0 || frame.time_us > kYear10000) frame.time_us = 0;  // no clock says so
    visit(frame);
}

PcapEnd read_ng(std::string_view bytes, const std::function<void(const Frame&)>& visit) {
    std::vector<Interface> interfaces;
    bool little = true;
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::string_view rest = bytes.substr(begin);
        if (rest.size() >= 12 && rest.substr(0, 4) == "\x0a\x0d\x0d\x0a") {
            little = rest.substr(8, 4) == std::string_view("\x4d\x3c\x2b\x1a");
            interfaces.clear();
        }
        Numbers head(rest, little);
        const std::uint32_t type = head.u32(), length = head.u32();
        if (!head.ok() || length < 12 || length % 4 != 0 || length > rest.size()) return {false, begin};
        const Numbers body(rest.substr(8, length - 12), little);
        if (type == kInterface)
            interfaces.push_back(read_interface(body));
        else if (type == kEnhanced || type == kSimple || type == kOldPacket)
            read_packet(type, body, interfaces, visit);
        begin += length;
    }
    return {true, bytes.size()};
}

}  // namespace

PcapEnd read_frames(std::string_view bytes, const std::function<void(const Frame&)>& visit) {
    const std::uint32_t magic = Reader(bytes).u32_be();
    switch (magic) {
        case kSection: return read_ng(bytes, visit);
        case 0xa1b2c3d4: return read_classic(bytes, false, false, visit);
        case 0xd4c3b2a1: return read_classic(bytes, true, false, visit);
        case 0xa1b23c4d: return read_classic(bytes, false, true, visit);
        case 0x4d3cb2a1: return read_classic(bytes, true, true, visit);
        default: throw TraceError("it is no packet capture: the first four bytes are of no known format");
    }
}

}  // namespace why401
