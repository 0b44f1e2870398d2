#pragma once
// The first message of a TLS client (RFC 8446 4.1.2): whom it asks for and which protocols it offers. Reads
// no more than that, and never what is encrypted.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace why401::tls {

struct ClientHello {
    std::string server_name;                ///< server_name of type host_name (RFC 6066 3); empty: none
    std::vector<std::string> alpn_offered;  ///< RFC 7301, in order; empty: the extension was not there
};

enum class HelloProgress : std::uint8_t {
    NeedMore,  ///< so far it may be one
    Complete,
    NotOne,  ///< no ClientHello that could be read: not TLS, an older protocol, or longer than the limit
};

/// A ClientHello that needs more than this is not read. Browsers send 2 KB.
constexpr std::size_t kHelloLimit = 64 * 1024;

/// Reads `bytes` from the first byte of a connection on: records of type handshake (RFC 8446 5.1), over which
/// the message may be spread. Fills `hello` when Complete. What follows the message is not looked at.
HelloProgress read_client_hello(std::string_view bytes, ClientHello& hello);

}  // namespace why401::tls
