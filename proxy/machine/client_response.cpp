// The response's way: from the server's bytes to the client.

#include <utility>

#include "proxy/machine/client_session.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kGather = 64 * 1024;
constexpr std::size_t kInterimRecorded = 16;  ///< 1xx heads kept per exchange; more still pass

}  // namespace

void ClientSession::upstream_bytes(std::string_view received) {
    active_at_ = now();
    if (state_ == State::ExpectTunnelProtocol || state_ == State::ExpectHello)
        become_tunnel();  // the server speaks first: not HTTP
    if (state_ == State::Tunnel) {
        carried_->to_client += received.size();
        to_client(received);
        return flush_client();
    }
    if (state_ == State::ExpectPrelude) return prelude_bytes(received);
    if (!active_ || active_->response_done) {
        upstream_->retired = true;  // bytes nobody asked for: this connection is not used again
        return;
    }
    active_->response_begun = true;
    Upstream& up = *upstream_;
    std::string waiting = std::move(up.input);
    up.input.clear();
    if (!waiting.empty()) waiting.append(received);
    const std::size_t used = read_response(waiting.empty() ? received : std::string_view(waiting));
    const bool head_not_whole = active_ && upstream_ == &up && active_->status() == 0;
    if (gone_ || !head_not_whole) return;
    if (waiting.empty()) waiting = received;
    waiting.erase(0, used);
    up.input = std::move(waiting);
}

// Returns how many bytes were used; what is left is the beginning of a head.
std::size_t ClientSession::read_response(std::string_view bytes) {
    const std::size_t total = bytes.size();
    while (!bytes.empty() && active_ && upstream_ && !active_->response_done) {
        const std::size_t used = active_->status() == 0 ? response_head(bytes) : relay_download(bytes);
        if (used == 0) break;
        bytes.remove_prefix(used);
        if (state_ == State::Tunnel || state_ == State::ExpectTunnelProtocol) break;
    }
    if (gone_) return total;
    if (!bytes.empty() && upstream_ && !active_) {  // the first bytes of a tunnel came with the answer
        if (state_ == State::ExpectTunnelProtocol) become_tunnel();
        carried_->to_client += bytes.size();
        to_client(bytes);
    } else if (active_ && active_->response_done) {
        if (!bytes.empty() && upstream_) upstream_->retired = true;
        if (active_->request_done) complete(Outcome::Complete);
    }
    if (gone_) return total;
    flush_client();
    const std::size_t used = total - bytes.size();
    if (!active_) advance();
    return used;
}

std::size_t ClientSession::response_head(std::string_view bytes) {
    const http1::Progress progress = active_->response_parser.parse(bytes);
    if (progress == http1::Progress::NeedMore) return 0;
    std::optional<http1::Defect> defect;
    if (progress == http1::Progress::Refused) defect = active_->response_parser.defect();
    http1::Head head = active_->response_parser.take_head();
    active_->response_parser.reset();
    if (!defect) defect = nominates_framing(head, bytes);
    http1::Framing framing;
    if (!defect) {
        auto read = http1::response_framing(head, bytes, active_->method());
        if (const auto* bad = std::get_if<http1::Defect>(&read))
            defect = *bad;
        else
            framing = std::get<http1::Framing>(read);
    }
    if (!defect && framing.kind == http1::BodyKind::Chunked && active_->head().minor_version == 0)
        defect = http1::Defect{"a chunked response to an HTTP/1.0 request",
                               head.find(bytes, "Transfer-Encoding")->begin, "RFC 9112 6.1"};
    if (!defect && head.status == 101 && !active_->wants_upgrade)
        defect = http1::Defect{"a 101 nobody asked for", head.begin, "RFC 9110 15.2.2"};
    if (defect) {
        Fault fault = refused(Fault::Whose::Upstream, "response head", *defect, bytes);
        drop_upstream(CloseHow::Reset, "its response is malformed");
        answer({502, "response-malformed", "The server's response is malformed",
                fault.what + " (" + fault.clause + ", at byte " + std::to_string(defect->offset) + ").", ""},
               std::move(fault));
        return bytes.size();
    }
    const std::string_view text = bytes.substr(0, head.end);
    if (head.status < 200 && head.status != 101)
        interim_response(text);
    else
        final_response(std::move(head), text, framing);
    return text.size();
}

void ClientSession::interim_response(std::string_view bytes) {
    Active& a = *active_;
    if (a.exchange->interim.size() < kInterimRecorded) a.exchange->interim.emplace_back(bytes);
    if (a.head().minor_version == 1)
        to_client(bytes);  // RFC 9110 15.2: an HTTP/1.0 client does not know them
}

void ClientSession::final_response(http1::Head head, std::string_view bytes, const http1::Framing& framing) {
    Active& a = *active_;
    Exchange& exchange = *a.exchange;
    exchange.status = head.status;
    const ChallengeOffer offer = challenge_offer(head, bytes);
    follow_login(head, bytes, offer);
    HopContext context = hop_context();
    const bool announce = head.status == 401 && offer.www && !in_tunnel_ && !a.hop.is_proxy;

    const bool server_keeps = http1::keeps_connection(head, bytes);
    upstream_->server_said_close = !server_keeps;
    a.until_close = framing.kind == http1::BodyKind::UntilClose;
    a.upstream_persists = a.upstream_persists && server_keeps && !a.until_close;
    // What the client will conclude from the head it gets: in the pooled policies the server's Connection is
    // taken out.
    const bool says_keep = context.affinity ? server_keeps : head.minor_version == 1;
    a.client_persists =
        http1::keeps_connection(a.head(), a.head_bytes()) && says_keep && !a.until_close && !a.close_after;
    const bool frames_itself = head.status != 101 && a.method() != "CONNECT" && !a.until_close;
    context.must_say_close = !context.affinity && says_keep && frames_itself && closes_after_this();
    std::vector<Edit> edits = response_edits(head, bytes, announce, context);

    if (edits.empty())
        to_client(bytes);
    else
        to_client(forwarded_head(bytes, edits));
    exchange.response.head = bytes;
    exchange.response.parsed = std::move(head);
    exchange.response_edits = std::move(edits);
    exchange.timing.response_head = now();
    const bool connected_by_parent = a.method() == "CONNECT" && a.status() / 100 == 2;
    if (connected_by_parent) return tunnel_opened(true);
    if (a.status() == 101) {
        finish_exchange(Outcome::Tunnelled, {});
        return become_tunnel();
    }
    a.response_body = http1::BodyReader(framing);
    if (a.response_body.done()) response_complete();
}

// What complete() will do, as far as it can be known when the response begins.
bool ClientSession::closes_after_this() const {
    const Active& a = *active_;
    if (!a.client_persists || relay_.draining_ || leaving_) return a.head().minor_version == 1;
    return !a.upstream_persists && holds_my_login(*upstream_) && !relay_.holds_login(*this, upstream_->id);
}

// Keeps what the relay must know of a login: where one is under way or done, and whom it belongs to.
void ClientSession::follow_login(const http1::Head& head, std::string_view bytes,
                                 const ChallengeOffer& offer) {
    Upstream& up = *upstream_;
    const bool refusal = head.status == 401 || head.status == 407;
    const LoginStep step = active_->login;
    if (offer.challenge_token)
        up.login = Login::UnderWay;
    else if (step == LoginStep::Authenticate || step == LoginStep::ApReq)
        up.login = refusal ? Login::None : Login::Done;
    else if (step == LoginStep::Negotiate || (refusal && offer.connection_based) ||
             up.login == Login::UnderWay)
        up.login = Login::None;
    if (up.login != Login::UnderWay) up.login_from_earlier_policy = false;
    pin_by_response(head, bytes, offer);
    if (offer.challenge_token && faulty(FaultName::CloseAfterChallenge)) {
        note_injected(FaultName::CloseAfterChallenge);
        up.retired = true;
        up.login = Login::None;  // broken on purpose: nobody is to be told
    }
}

// Each product looks for something else in a response; most of what it does not see is its blind spot.
void ClientSession::pin_by_response(const http1::Head& head, std::string_view bytes,
                                    const ChallengeOffer& offer) {
    const Policy& policy = relay_.options_.policy;
    bool seen = offer.connection_based;
    if (policy.pin == PinTrigger::ResponseRefusal) seen = haproxy_sees_login(head, bytes);
    if (policy.pin == PinTrigger::Response) seen = traefik_sees_login(head, bytes);
    if (!seen || !pins(policy, {false, true, head.status})) return;
    if (policy.pins_a_new_one)
        has_transport_ = true;  // the connection that showed it stays everybody's
    else
        upstream_->private_to = id();
}

std::size_t ClientSession::relay_download(std::string_view bytes) {
    const auto step = active_->response_body.read(bytes);
    to_client(bytes.substr(0, step.consumed));
    keep_body(false, bytes.substr(step.payload_begin, step.payload_length));
    if (step.defect) {
        cut_short(refused(Fault::Whose::Upstream, "response body", *step.defect, bytes.substr(step.consumed)),
                  false);
        return bytes.size();
    }
    if (step.done) response_complete();
    return step.consumed;
}

void ClientSession::response_complete() {
    active_->response_done = true;
    flush_client();
}

void ClientSession::keep_body(bool of_request, std::string_view content) {
    Body& body = of_request ? active_->exchange->request.body : active_->exchange->response.body;
    const RelayLimits& limits = relay_.options_.limits;
    if (body.kept.size() >= limits.kept_body || relay_.kept_under_way_ >= limits.kept_under_way) return;
    const std::string_view part = content.substr(0, limits.kept_body - body.kept.size());
    body.kept.append(part);
    relay_.kept_under_way_ += part.size();
}

void ClientSession::to_client(std::string_view bytes) {
    if (bytes.size() + pending_down_.size() <= kGather) {
        pending_down_.append(bytes);
        return;
    }
    flush_client();
    client_took(outside().send(id(), bytes));
}

void ClientSession::flush_client() {
    if (pending_down_.empty() || gone_) return;
    client_took(outside().send(id(), std::exchange(pending_down_, {})));
}

// A client that does not read is sent no more: its server is not read, and its next request not begun.
void ClientSession::client_took(std::size_t waiting) {
    client_full_ = waiting > relay_.options_.limits.queued_bytes;
    if (client_full_ && upstream_ && !std::exchange(upstream_->paused, true)) outside().pause(upstream_->id);
}

void ClientSession::client_drained() {
    client_full_ = false;
    if (upstream_ && std::exchange(upstream_->paused, false)) outside().resume(upstream_->id);
    if (state_ == State::ExpectRequest) advance();
}

}  // namespace why401
