#include "wire/tls_hello.h"

#include <algorithm>
#include <cstdint>

#include "wire/reader.h"

namespace why401::tls {
namespace {

constexpr std::uint8_t kHandshakeRecord = 22, kClientHello = 1, kHostName = 0;
constexpr std::uint16_t kServerName = 0, kAlpn = 16;
constexpr std::size_t kRecordHeader = 5, kMessageHeader = 4;
constexpr std::size_t kLongestRecord = 16 * 1024;  // RFC 8446 5.1

/// The bytes of the handshake messages, out of their records. NotOne as soon as a byte does not fit.
HelloProgress gather(std::string_view bytes, std::string& messages) {
    wire::Reader in(bytes);
    while (in.remaining() >= kRecordHeader) {
        const std::uint8_t type = in.u8(), major = in.u8();
        in.u8();  // the minor version: "MUST be ignored for all purposes" (RFC 8446 5.1)
        const std::size_t length = in.u16_be();
        if (type != kHandshakeRecord || major != 3 || length == 0 || length > kLongestRecord)
            return HelloProgress::NotOne;
        messages += in.take(std::min(length, in.remaining()));
        if (messages.size() > kHelloLimit) return HelloProgress::NotOne;
    }
    return HelloProgress::Complete;
}

void read_server_name(std::string_view body, ClientHello& hello) {
    wire::Reader in(body);
    wire::Reader list(in.take(in.u16_be()));
    while (list.ok() && list.remaining() > 0) {
        const std::uint8_t type = list.u8();
        const std::string_view name = list.take(list.u16_be());
        if (type == kHostName && hello.server_name.empty()) hello.server_name = name;
    }
}

void read_alpn(std::string_view body, ClientHello& hello) {
    wire::Reader in(body);
    wire::Reader list(in.take(in.u16_be()));
    while (list.ok() && list.remaining() > 0) {
        const std::string_view protocol = list.take(list.u8());
        if (!protocol.empty()) hello.alpn_offered.emplace_back(protocol);
    }
}

/// RFC 8446 4.1.2: version, random, session id, cipher suites, compression methods, extensions.
bool read_message(std::string_view message, ClientHello& hello) {
    wire::Reader in(message);
    in.skip(2 + 32);
    in.skip(in.u8());
    in.skip(in.u16_be());
    in.skip(in.u8());
    if (!in.ok()) return false;
    if (in.remaining() == 0) return true;  // RFC 5246 7.4.1.2: extensions may be left out
    wire::Reader extensions(in.take(in.u16_be()));
    if (!in.ok()) return false;
    while (extensions.ok() && extensions.remaining() > 0) {
        const std::uint16_t type = extensions.u16_be();
        const std::string_view body = extensions.take(extensions.u16_be());
        if (type == kServerName) read_server_name(body, hello);
        if (type == kAlpn) read_alpn(body, hello);
    }
    return extensions.ok();
}

}  // namespace

HelloProgress read_client_hello(std::string_view bytes, ClientHello& hello) {
    if (!bytes.empty() && static_cast<std::uint8_t>(bytes.front()) != kHandshakeRecord)
        return HelloProgress::NotOne;
    std::string messages;
    if (gather(bytes, messages) == HelloProgress::NotOne) return HelloProgress::NotOne;
    if (!messages.empty() && static_cast<std::uint8_t>(messages.front()) != kClientHello)
        return HelloProgress::NotOne;
    if (messages.size() < kMessageHeader) return HelloProgress::NeedMore;
    wire::Reader in(messages);
    const std::size_t length = in.u32_be() & 0xffffff;  // the first byte is the type
    if (length > kHelloLimit) return HelloProgress::NotOne;
    if (in.remaining() < length) return HelloProgress::NeedMore;
    hello = {};
    return read_message(in.take(length), hello) ? HelloProgress::Complete : HelloProgress::NotOne;
}

}  // namespace why401::tls
