#include "store/ip_packet.h"

#include <boost/asio/ip/address_v6.hpp>

#include "wire/reader.h"

namespace why401 {
namespace {

using wire::Reader;

constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86dd;
constexpr std::uint8_t kTcp = 6;

/// Skips what stands before the IP header; false for links that are not known here.
bool skip_link(std::uint32_t link, Reader& reader) {
    std::uint16_t type = 0;
    switch (link) {
        case 0:    // BSD loopback: the address family in the order of the host
        case 108:  // OpenBSD's
            reader.skip(4);
            return true;
        case 12:
        case 14:
        case 101:
        case 228:
        case 229: return true;  // raw IP
        case 1:
            reader.skip(12);
            type = reader.u16_be();
            while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {  // VLANs
                reader.skip(2);
                type = reader.u16_be();
            }
            break;
        case 113:  // Linux cooked
            reader.skip(14);
            type = reader.u16_be();
            break;
        case 276:  // Linux cooked, version 2
            type = reader.u16_be();
            reader.skip(18);
            break;
        default: return false;
    }
    return type == kIpv4 || type == kIpv6;
}

struct IpBody {
    std::string from, to;
    std::string_view bytes;
    std::uint64_t missing = 0;
};

std::optional<IpBody> read_v4(std::string_view packet, NotTcp& why) {
    Reader reader(packet);
    const std::size_t header = (reader.u8() & 0x0fu) * 4;
    reader.skip(1);
    std::size_t total = reader.u16_be();
    reader.skip(2);
    const std::uint16_t fragment = reader.u16_be();
    reader.skip(1);
    const std::uint8_t protocol = reader.u8();
    reader.skip(2);
    IpBody body;
    body.from = reader.take(4);
    body.to = reader.take(4);
    if (total == 0) total = packet.size();  // segmentation offload: the card was to fill it in
    if (!reader.ok() || header < 20 || header > packet.size() || total < header)
        return why = NotTcp::Damaged, std::nullopt;
    if (protocol != kTcp) return why = NotTcp::OtherProtocol, std::nullopt;
    if ((fragment & 0x3fff) != 0) return why = NotTcp::Fragment, std::nullopt;
    body.bytes = packet.substr(header, total - header);
    body.missing = total - header - body.bytes.size();
    return body;
}

std::optional<IpBody> read_v6(std::string_view packet, NotTcp& why) {
    Reader reader(packet);
    reader.skip(4);
    std::size_t total = reader.u16_be();
    std::uint8_t next = reader.u8();
    reader.skip(1);
    IpBody body;
    body.from = reader.take(16);
    body.to = reader.take(16);
    const std::size_t begin = reader.position();
    while (next == 0 || next == 43 || next == 60) {  // hop-by-hop, routing, destination options
        next = reader.u8();
        const std::size_t length = reader.u8();
        reader.skip(6 + length * 8);
        if (!reader.ok()) break;
    }
    if (!reader.ok()) return why = NotTcp::Damaged, std::nullopt;
    if (next == 44) return why = NotTcp::Fragment, std::nullopt;
    if (next != kTcp) return why = NotTcp::OtherProtocol, std::nullopt;
    const std::size_t options = reader.position() - begin;
    if (total == 0) total = packet.size() - begin;  // a jumbogram, or offload
    if (total < options) return why = NotTcp::Damaged, std::nullopt;
    body.bytes = packet.substr(reader.position(), total - options);
    body.missing = total - options - body.bytes.size();
    return body;
}

}  // namespace

std::string to_text(const Endpoint& endpoint) {
    std::string text;
    if (endpoint.address.size() == 4) {
        for (const char c : endpoint.address)
            text += (text.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
    } else if (endpoint.address.size() == 16) {
        boost::asio::ip::address_v6::bytes_type bytes{};
        for (std::size_t i = 0; i < 16; ++i) bytes[i] = static_cast<unsigned char>(endpoint.address[i]);
        text = "[" + boost::asio::ip::address_v6(bytes).to_string() + "]";
    }
    return text + ":" + std::to_string(endpoint.port);
}

std::optional<Segment> tcp_segment(const Frame& frame, NotTcp& why) {
    Reader reader(frame.bytes);
    if (!skip_link(frame.link, reader) || !reader.ok()) return why = NotTcp::OtherLink, std::nullopt;
    const std::string_view packet = frame.bytes.substr(reader.position());
    if (packet.empty()) return why = NotTcp::Damaged, std::nullopt;
    const int version = static_cast<unsigned char>(packet.front()) >> 4;
    if (version != 4 && version != 6) return why = NotTcp::OtherProtocol, std::nullopt;
    const auto body = version == 4 ? read_v4(packet, why) : read_v6(packet, why);
    if (!body) return std::nullopt;
    Reader tcp(body->bytes);
    Segment segment;
    segment.from = {body->from, tcp.u16_be()};
    segment.to = {body->to, tcp.u16_be()};
    segment.sequence = tcp.u32_be();
    tcp.skip(4);
    const std::size_t header = static_cast<std::size_t>(tcp.u8() >> 4) * 4;
    const std::uint8_t flags = tcp.u8();
    if (!tcp.ok() || header < 20 || header > body->bytes.size() + body->missing)
        return why = NotTcp::Damaged, std::nullopt;
    segment.fin = flags & 1;
    segment.syn = flags & 2;
    segment.reset = flags & 4;
    segment.ack = flags & 16;
    segment.data = header <= body->bytes.size() ? body->bytes.substr(header) : std::string_view{};
    segment.missing = body->missing;
    return segment;
}

}  // namespace why401
