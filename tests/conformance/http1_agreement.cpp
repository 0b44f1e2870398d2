#include "tests/conformance/http1_agreement.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401::conformance {
namespace {

#define WHY401_POST "POST / HTTP/1.1\r\nHost: a\r\n"
#define WHY401_CHUNKED WHY401_POST "Transfer-Encoding: chunked\r\n\r\n"
#define WHY401_OK "HTTP/1.1 200 OK\r\n"

constexpr Strictness kStrictnesses[] = {
    {"Transfer-Encoding is not exactly chunked", Kind::Request,
     WHY401_POST "Transfer-Encoding: identity\r\n\r\n"},
    {"Transfer-Encoding is repeated", Kind::Request,
     WHY401_POST "Transfer-Encoding: xchunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"both Transfer-Encoding and Content-Length are present", Kind::Request,
     WHY401_POST "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx"},
    {"Transfer-Encoding stands in an HTTP/1.0 message", Kind::Request,
     "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"white space other than leading spaces stands around a transfer coding", Kind::Request,
     WHY401_POST "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n"},
    {"Content-Length is repeated", Kind::Request,
     WHY401_POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
    {"Content-Length is not one number", Kind::Request, WHY401_POST "Content-Length: 1, 1\r\n\r\nx"},
    {"Content-Length has more than 19 digits", Kind::Request,
     WHY401_POST "Content-Length: 00000000000000000001\r\n\r\nx"},
    {"Content-Length does not fit 63 bits", Kind::ResponseToHead,
     WHY401_OK "Content-Length: 9999999999999999999\r\n\r\n"},
    {"a response that cannot have a body has Transfer-Encoding", Kind::Response,
     "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"a response that cannot have a body has a Content-Length other than 0", Kind::Response,
     "HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\n"},
    {"an HTTP/1.1 request has no Host", Kind::Request, "GET / HTTP/1.1\r\n\r\n"},
    {"there is more than one Host", Kind::Request, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    {"the value of Host is not a host and a port", Kind::Request, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"},
    {"a field line is folded (obs-fold)", Kind::Response,
     WHY401_OK "Content-Length: 0\r\nA: b\r\n c\r\n\r\n"},
    {"the status code is below 100", Kind::Response, "HTTP/1.1 099 Odd\r\n\r\n"},
    {"a chunk size has more than 16 digits (chunk overflow)", Kind::Request,
     WHY401_CHUNKED "00000000000000001\r\nx\r\n0\r\n\r\n"},
    {"something other than an extension follows a chunk size", Kind::Request,
     WHY401_CHUNKED "1 ;a\r\nx\r\n0\r\n\r\n"},
    {"a chunk extension is not name, name=token or name=\"text\"", Kind::Request,
     WHY401_CHUNKED "1; a\r\nx\r\n0\r\n\r\n"},
    {"a line ends in LF without CR", Kind::Request, WHY401_CHUNKED "1;a=\"\n\"\r\nx\r\n0\r\n\r\n"},
    {"a control byte stands in the framing of the body", Kind::Request,
     WHY401_CHUNKED "1;a=\"\x01\"\r\nx\r\n0\r\n\r\n"},
    {"a trailer line is folded (obs-fold)", Kind::Request, WHY401_CHUNKED "0\r\nA: b\r\n c\r\n\r\n"},
    {"a field that frames or routes the message stands in its trailer", Kind::Request,
     WHY401_CHUNKED "0\r\nHost: a\r\n\r\n"},
};

constexpr std::string_view kNul = "a NUL byte stands in the framing of the body";  // in a quoted-string too

bool meant(std::string_view refusal) {
    return refusal == kNul || std::any_of(std::begin(kStrictnesses), std::end(kStrictnesses),
                                          [&](const Strictness& one) { return one.refusal == refusal; });
}

bool token_list(std::string_view list) {
    for (std::string_view one = next_element(list); !one.empty(); one = next_element(list))
        if (!is_token(one)) return false;
    return true;
}

bool connection_field(std::string_view name) {
    return same_name(name, "connection") || same_name(name, "proxy-connection");
}

/// Beast reads Connection, also in a trailer, and wants a list of tokens.
bool has_odd_connection(const Reading& ours, std::string_view bytes) {
    for (const auto& [name, value] : ours.fields)
        if (connection_field(name) && (!token_list(value) || value.empty())) return true;
    if (ours.body != http1::BodyKind::Chunked) return false;
    std::string body(bytes);
    std::transform(body.begin(), body.end(), body.begin(), lower);
    return body.rfind("connection:") > body.find("\r\n\r\n");
}

/// Beast merges both Connection fields; of `close, keep-alive` in HTTP/1.0 it heeds the latter.
bool keeps_connection_alike(const Reading& ours, const Reading& beast) {
    if (ours.body == http1::BodyKind::UntilClose) return true;
    int close = 0, proxy = 0;
    for (const auto& [name, value] : ours.fields) {
        proxy += same_name(name, "proxy-connection");
        close += connection_field(name) && list_has(value, "close");
    }
    return proxy != 0 || (ours.minor_version == 0 && close != 0) ||
           ours.keeps_connection == beast.keeps_connection;
}

std::string compare(const Reading& ours, const Reading& beast) {
    if (ours.method != beast.method) return "the methods differ";
    if (ours.target != beast.target) return "the targets differ";
    if (ours.status != beast.status) return "the status codes differ";
    if (ours.minor_version != beast.minor_version) return "the versions differ";
    if (ours.fields != beast.fields) return "the fields differ";
    if (!keeps_connection_alike(ours, beast)) return "only one of them keeps the connection";
    if (ours.body != beast.body || ours.length != beast.length) return "the bodies are framed differently";
    if (ours.content != beast.content) return "the contents differ";
    if (ours.whole != beast.whole) return "only one of them has the whole message";
    if (ours.whole && ours.end != beast.end) return "the message ends at different places";
    return {};
}

/// Beast's reading of the same bytes with what it needs to take the two harmless forms.
Reading read_with_helped_beast(std::string_view bytes, Kind kind) {
    std::size_t empty_lines = 0;
    if (kind == Kind::Request)
        while (empty_lines < 8 && bytes.substr(2 * empty_lines, 2).starts_with("\r\n")) ++empty_lines;
    std::string helped(bytes.substr(2 * empty_lines));
    constexpr std::size_t kReason = std::string_view("HTTP/1.1 200").size();
    const bool no_reason = kind != Kind::Request && helped.find("\r\n") == kReason;
    if (no_reason) helped.insert(kReason, 1, ' ');
    Reading reading = read_with_beast(helped, kind);
    reading.end += 2 * empty_lines;
    if (no_reason) --reading.end;
    return reading;
}

}  // namespace

std::span<const Strictness> strictnesses() { return kStrictnesses; }

std::string disagreement(std::string_view bytes, Kind kind) {
    const Reading ours = read_with_ours(bytes, kind);
    const Reading beast = read_with_helped_beast(bytes, kind);
    if (ours.refused) {
        if (beast.whole && !meant(ours.refusal)) return "only ours refuses: " + ours.refusal;
        return {};
    }
    if (beast.refused) {
        if (ours.head_read && !has_odd_connection(ours, bytes)) return "only Beast refuses: " + beast.refusal;
        return {};
    }
    if (!ours.head_read && !beast.head_read) return {};
    if (ours.head_read != beast.head_read) return "only one of them has the whole head";
    return compare(ours, beast);
}

}  // namespace why401::conformance
