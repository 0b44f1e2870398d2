#pragma once
// The scripted world of relay_script.h, for tunnels whose TLS is opened: a ClientHello, servers that are
// accepted or refused, and the first steps of a client.

#include "tests/support/relay_script.h"

namespace why401::test {

inline const std::string kConnect = "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\n\r\n";
inline const std::string kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

inline std::string block(std::size_t length_bytes, const std::string& text) {
    std::string length;
    for (std::size_t i = length_bytes; i-- > 0;) length += static_cast<char>(text.size() >> (8 * i) & 0xff);
    return length + text;
}
/// A ClientHello in one record; empty `name`: no SNI; empty `alpn`: no ALPN.
inline std::string hello(const std::string& name = "web01",
                         const std::vector<std::string>& alpn = {"h2", "http/1.1"}) {
    std::string extensions, list;
    if (!name.empty())
        extensions += std::string("\0\0", 2) + block(2, block(2, std::string(1, '\0') + block(2, name)));
    for (const std::string& protocol : alpn) list += block(1, protocol);
    if (!alpn.empty()) extensions += std::string("\0\x10", 2) + block(2, block(2, list));
    const std::string body = "\3\3" + std::string(32, 'r') + block(1, "") + block(2, "\x13\x01") +
                             block(1, std::string(1, '\0')) + block(2, extensions);
    return "\x16\3\1" + block(2, '\1' + block(3, body));
}

inline RelayOptions opening(std::string_view policy = "affinity") {
    RelayOptions options = with_policy(policy);
    options.opens_tls = true;
    options.interception.intercept = {"*"};
    return options;
}

inline TlsFacts from_server() {
    TlsFacts facts;
    facts.version = "TLSv1.3";
    facts.alpn = "http/1.1";
    facts.certificate = CertificateFacts{};
    facts.certificate->sha256 = std::string(64, 'a');
    return facts;
}
inline TlsFacts refused(const std::string& check = "expired") {
    TlsFacts facts = from_server();
    facts.refusal = TlsRefusal{check, "its certificate expired", "CN=web01 (the server's own)", "", true};
    return facts;
}
inline const std::string kInside = "GET /a HTTP/1.1\r\nHost: web01\r\n\r\n";

/// The last told of each connection.
inline Connection told(const Script& s, ConnectionId id) {
    Connection last;
    for (const ConnectionFacts& facts : s.events<ConnectionFacts>())
        if (facts->id == id) last = *facts;
    return last;
}

struct Opened : Script {
    explicit Opened(RelayOptions options = opening()) : Script(std::move(options)) {
        server_tls = from_server();
    }
    ConnectionId arrive(const std::string& first = hello()) {
        const ConnectionId c = client();
        from(c, kConnect).from(c, first);
        return c;
    }
};

}  // namespace why401::test
