// CONNECT and Upgrade: when the relay stops reading messages and carries bytes, and when, inside CONNECT, it
// goes on reading.

#include "proxy/machine/client_session.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr char kTlsHandshake = 0x16;  ///< RFC 8446 5.1: the first byte of a ClientHello's record
constexpr std::size_t kLongestMethod = 24;
constexpr std::string_view kHttp2Preface = "PRI";  ///< RFC 9113 3.4: `PRI * HTTP/2.0`, for those who know

enum class Guess : std::uint8_t { NeedMore, Http, Tls, Opaque };

constexpr bool method_byte(char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }

// RFC 9112 3.2: a path, `*` or an absolute URL. Other protocols say `NICK joe` or `USER joe`.
constexpr bool target_begins(char c) { return c == '/' || c == '*' || lower(c) == 'h'; }

// Relay rule 10: an HTTP/1 method and its target are HTTP, everything else is not ours to read.
Guess guess(std::string_view first) {
    if (first.front() == kTlsHandshake) return Guess::Tls;
    std::size_t end = 0;
    while (end < first.size() && end < kLongestMethod && method_byte(first[end])) ++end;
    if (end == kLongestMethod) return Guess::Opaque;
    if (end == first.size()) return Guess::NeedMore;
    const std::string_view method = first.substr(0, end);
    if (method.empty() || first[end] != ' ' || method == kHttp2Preface) return Guess::Opaque;
    if (method == "CONNECT") return Guess::Http;
    if (end + 1 == first.size()) return Guess::NeedMore;
    return target_begins(first[end + 1]) ? Guess::Http : Guess::Opaque;
}

}  // namespace

// The way to the far end stands. A parent's own 2xx has gone to the client already.
void ClientSession::tunnel_opened(bool answered_by_parent) {
    Active& a = *active_;
    if (!answered_by_parent) {
        a.exchange->decision->chosen = upstream_->id;
        a.exchange->upstream_connection = upstream_->id;
        a.exchange->timing.forwarded = now();
        say_established();
    }
    through_parent_ = answered_by_parent;
    tunnel_hop_ = {std::string(a.target.parsed.host), a.target.parsed.port, false, ""};
    tunnel_hop_.key =
        (through_parent_ ? "tunnel " : "") + tunnel_hop_.host + ":" + std::to_string(tunnel_hop_.port);
    upstream_->hop.key = through_parent_ ? tunnel_hop_.key : upstream_->hop.key;
    finish_exchange(Outcome::Tunnelled, {});
    active_.reset();
    state_ = State::ExpectTunnelProtocol;
    wait_since_ = now();
    flush_client();
    if (!consuming_) advance();
}

// To the proxy's own name: it has no address, so nobody is asked.
void ClientSession::own_tunnel_opened() {
    own_tunnel_ = true;
    tunnel_hop_ = {std::string(active_->target.parsed.host), active_->target.parsed.port, false, ""};
    say_established();
    finish_exchange(Outcome::Tunnelled, {});
    active_.reset();
    state_ = State::ExpectTunnelProtocol;
    wait_since_ = now();
    flush_client();  // before what TLS has to say
}

void ClientSession::say_established() {
    constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
    respond_ourselves(std::string(kEstablished));
    to_client(kEstablished);
}

void ClientSession::sniff() {
    switch (guess(input_)) {
        case Guess::NeedMore: return;
        case Guess::Tls: return hello_arrives();
        case Guess::Http: return become_http();
        case Guess::Opaque: return become_tunnel();
    }
}

void ClientSession::become_tunnel() {
    if (!upstream_) return close(CloseHow::Gently, "there is nobody behind the proxy's own name");
    state_ = State::Tunnel;
    active_.reset();
    carried_ = Carried{};
    for (ConnectionFacts* known : {&connection_, &upstream_->connection})
        know(*known, [](Connection& connection) { connection.tunnel = true; });
    if (!tls_) watched_.emplace();
    watch_hello(input_);
    carried_->from_client += input_.size();
    to_upstream(input_);
    input_ = {};
    flush_upstream();
    flush_client();
}

// Plain HTTP inside CONNECT: the connection made for the tunnel serves the requests to come.
void ClientSession::become_http() {
    in_tunnel_ = true;
    if (upstream_) {
        Upstream& up = *upstream_;
        upstream_ = nullptr;
        if (!through_parent_) tunnel_hop_.key = up.hop.key;
        relay_.release(up, *this);
    }
    next_request();
    input_since_ = now();
    advance();
}

// A tunnel leads to one server, and its TLS was verified for one name: what is meant for another is not sent
// there (RFC 9110 7.4).
bool ClientSession::leads_through_tunnel() {
    Active& a = *active_;
    if (a.target.form != http1::TargetForm::Absolute) return true;
    const http1::Authority& asked = a.target.parsed;
    const bool same_host =
        same_name(asked.host, tunnel_hop_.host) || (tls_ && same_name(asked.host, tls_->host));
    if (same_host && asked.port == tunnel_hop_.port) return true;
    a.close_after = true;
    answer({421, "misdirected", "This request does not belong into this tunnel",
            "It is for " + std::string(a.target.authority) + ", and the tunnel leads to " + tunnel_hop_.host +
                ":" + std::to_string(tunnel_hop_.port) + ".",
            ""},
           Fault{Fault::Whose::Client,
                 "route",
                 "a request for another host than the tunnel's",
                 "RFC 9110 7.4",
                 {},
                 ""});
    return false;
}

}  // namespace why401
