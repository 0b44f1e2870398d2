// TLS inside CONNECT, when it is opened: the server first, verified, and only then the client, with a
// certificate of our own for the same name. Where the server is refused the client still gets its TLS, and
// every request in it the page that says why; no byte of a request goes to a refused server.

#include <algorithm>
#include <iterator>
#include <utility>

#include "proxy/machine/client_session.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::string_view kHttp11 = "http/1.1";
constexpr std::string_view kWantsCertificate = "client-certificate-required";

bool offers_http11(const std::vector<std::string>& offered) {
    return std::find(offered.begin(), offered.end(), kHttp11) != offered.end();
}

/// What stays of the client's offer when http/1.1 is taken: HTTP/2 carries no login of a connection (relay
/// rule 10).
std::vector<std::string> declined(const std::vector<std::string>& offered) {
    std::vector<std::string> rest;
    std::copy_if(offered.begin(), offered.end(), std::back_inserter(rest),
                 [](const std::string& protocol) { return protocol != kHttp11; });
    return rest;
}

TlsFactsPtr with_offer(const TlsFactsPtr& facts, const tls::ClientHello& hello) {
    auto known = std::make_shared<TlsFacts>(*facts);
    known->server_name = hello.server_name;
    known->alpn_offered = hello.alpn_offered;
    known->alpn_declined = declined(hello.alpn_offered);
    return known;
}

TlsFactsPtr timed_out(const std::string& who) {
    auto facts = std::make_shared<TlsFacts>();
    facts->refusal = TlsRefusal{"timeout", who + " did not finish the TLS handshake in time", "", "", false};
    return facts;
}

bool stands_in_names(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_' || c == ':';
}

/// What a certificate can be made for: labels of letters, digits, '-' and '_' (RFC 1123 2.1; Windows networks
/// have the last), or an address.
bool names_a_host(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty() || name.size() > 253) return false;
    while (true) {
        const std::string_view label = name.substr(0, name.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        if (!std::all_of(label.begin(), label.end(), stands_in_names)) return false;
        if (label.size() == name.size()) return true;
        name.remove_prefix(label.size() + 1);
    }
}

}  // namespace

// The client has begun TLS. Whether it is opened may depend on the name in its first message.
void ClientSession::hello_arrives() {
    const auto opens = [&](std::string_view host) {
        return relay_.options_.opens_tls && (own_tunnel_ || relay_.options_.interception.opens(host));
    };
    if (!opens(tunnel_hop_.host)) return become_tunnel();
    tls::ClientHello hello;
    switch (tls::read_client_hello(input_, hello)) {
        case tls::HelloProgress::NeedMore: state_ = State::ExpectHello; return;
        case tls::HelloProgress::NotOne: return become_tunnel();
        case tls::HelloProgress::Complete: break;
    }
    const std::string& wanted = hello.server_name;
    if (!wanted.empty() && (!opens(wanted) || !names_a_host(wanted))) return become_tunnel();
    tls_ = std::make_unique<OpenedTls>();
    // Nobody was verified behind the proxy's own name: it vouches there for that alone.
    tls_->host = own_tunnel_ || hello.server_name.empty() ? tunnel_hop_.host : hello.server_name;
    tls_->hello = std::move(hello);
    own_tunnel_ ? secure_client(kHttp11) : secure_upstream();
}

void ClientSession::secure_upstream() {
    auto wish = std::make_shared<TlsToServer>();
    wish->host = tls_->host;
    wish->peer = tunnel_hop_.host + ":" + std::to_string(tunnel_hop_.port);
    if (!tls_->hello.alpn_offered.empty()) wish->alpn = {std::string(kHttp11)};
    tunnel_hop_.key = (through_parent_ ? "tunnel tls " : "tls ") + wish->peer + " as " + wish->host;
    tunnel_hop_.tls = std::move(wish);
    if (!through_parent_) upstream_->hop = tunnel_hop_;
    upstream_->hop.key = tunnel_hop_.key;
    state_ = State::ExpectServerTls;
    relay_.secure(*upstream_, *tunnel_hop_.tls);
}

// `alpn`: what the server took; the client is told the same, where it has asked.
void ClientSession::secure_client(std::string_view alpn) {
    const std::vector<std::string>& offered = tls_->hello.alpn_offered;
    TlsToClient wish{tls_->host, offers_http11(offered) ? std::string(alpn) : std::string(),
                     !offered.empty() && !offers_http11(offered)};
    state_ = State::ExpectClientTls;
    wait_since_ = now();
    outside().secure(id(), wish, std::exchange(input_, {}));
}

void ClientSession::upstream_secured(const TlsFacts& facts) {
    if (state_ != State::ExpectServerTls) return upstream_connected();
    Upstream& up = *upstream_;
    upstream_ = nullptr;
    relay_.release(up, *this);  // it waits for the first request, and may end before
    secure_client(facts.alpn);
}

// The machine has let go of the connection already. A server of TLS 1.3 may refuse when the handshake is over
// for us: one that insists on a client certificate does (RFC 8446 4.4.2.4).
void ClientSession::upstream_not_secured(const TlsFacts& facts, ConnectionId which) {
    const bool carried_mine = upstream_ && upstream_->id == which;
    // Of a connection at rest an alert may say no more than a FIN: only what every other one would say too
    // counts.
    if (!carried_mine && facts.refusal && facts.refusal->check != kWantsCertificate) return;
    if (carried_mine) end_prelude("the server broke TLS off");
    tls_->refusal = facts.refusal.value_or(TlsRefusal{"failed", "its TLS handshake failed", "", "", false});
    tls_->leaf = facts.certificate ? facts.certificate->sha256 : std::string();
    tls_->refused = which;
    if (!carried_mine) return;  // it was at rest: the next request gets the page
    upstream_ = nullptr;
    pending_up_ = {};
    upstream_full_ = false;
    if (state_ == State::ExpectServerTls) return secure_client(kHttp11);
    active_->exchange->decision->chosen.reset();  // it never stood
    answer_refused();
    if (!gone_) advance();
}

void ClientSession::server_tls_too_slow() { relay_.refuse(*upstream_, timed_out("it")); }

void ClientSession::client_tls_too_slow() { client_not_secured(timed_out("the client")); }

void ClientSession::client_secured(const TlsFactsPtr& facts) {
    if (state_ != State::ExpectClientTls) return;
    know(connection_, [&](Connection& connection) { connection.tls = with_offer(facts, tls_->hello); });
    in_tunnel_ = true;
    next_request();
}

// Most often it does not trust our CA: it sends nothing, and the record must say why.
void ClientSession::client_not_secured(const TlsFactsPtr& facts) {
    know(connection_, [&](Connection& connection) { connection.tls = with_offer(facts, tls_->hello); });
    close(CloseHow::Gently, facts->refusal ? facts->refusal->what : "its TLS handshake failed");
}

// The page that stands in for a server that was not accepted.
void ClientSession::answer_refused() {
    Active& a = *active_;
    const TlsRefusal& refusal = *tls_->refusal;
    const bool certificate = refusal.may_be_excepted;
    std::string what = tls_->host + ": " + refusal.what;
    if (!refusal.certificate.empty()) what += ": " + refusal.certificate;
    const bool sent = a.exchange->timing.forwarded != Instant{};
    OwnPage page{
        502,
        "tls-" + refusal.check,
        certificate ? "The certificate of " + tls_->host + " was not accepted" : "No TLS with " + tls_->host,
        what +
            ". This proxy opens TLS here and checks servers in your client's place; your client never "
            "saw this one's certificate" +
            (sent ? "." : ", and nothing of the request was sent."),
        refusal.hint,
        ""};
    if (!page.hint.empty() && !page.hint.ends_with('?')) page.hint += ".";
    if (certificate && !tls_->leaf.empty()) {
        page.hint +=
            std::string(page.hint.empty() ? "" : " ") +
            "If you know that it is the right one, let this one certificate pass, until the proxy ends:";
        page.command = "why401 accept " + tls_->host + " " + tls_->leaf;
    }
    a.exchange->upstream_connection = tls_->refused;
    a.close_after = true;  // the next try begins anew: the server may be mended, or excepted, by then
    answer(page, Fault{Fault::Whose::Upstream, certificate ? "certificate" : "tls", what, "", {}, ""});
}

// The switch was thrown: what was opened ends with the exchange under way, so that the client comes back
// through a tunnel.
void ClientSession::reconsider() {
    const Interception& now_opened = relay_.options_.interception;
    if (!tls_ || own_tunnel_) return;
    if (now_opened.opens(tls_->host) && now_opened.opens(tunnel_hop_.host)) return;
    leaving_ = true;
    if (state_ == State::ExpectRequest && input_.empty())
        close(CloseHow::Gently, "its host is not intercepted any more");
}

// A tunnel that is not opened: the first message of its TLS is in the clear, and says whom the client wants.
void ClientSession::watch_hello(std::string_view bytes) {
    if (!watched_) return;
    watched_->append(bytes);
    tls::ClientHello hello;
    const tls::HelloProgress progress = tls::read_client_hello(*watched_, hello);
    if (progress == tls::HelloProgress::NeedMore) return;
    watched_.reset();
    if (progress == tls::HelloProgress::NotOne) return;
    auto facts = std::make_shared<TlsFacts>();
    facts->server_name = std::move(hello.server_name);
    facts->alpn_offered = std::move(hello.alpn_offered);
    know(connection_, [&](Connection& connection) { connection.tls = facts; });
}

// The record learns more of a connection.
void ClientSession::know(ConnectionFacts& known, const std::function<void(Connection&)>& change) {
    Connection changed = *known;
    change(changed);
    known = std::make_shared<const Connection>(std::move(changed));
    outside().record(known);
}

}  // namespace why401
