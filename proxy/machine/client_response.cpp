// The response's way: from the server's bytes to the client, and how an exchange ends.

#include <utility>

#include "proxy/machine/client_session.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kGather = 64 * 1024;
constexpr std::int64_t kAnnounceAfter = 100'000;  ///< us; most exchanges are over by then
constexpr std::size_t kInterimRecorded = 16;      ///< 1xx heads kept per exchange; more still pass

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

}  // namespace

void ClientSession::upstream_bytes(std::string_view received) {
    active_at_ = now();
    if (state_ == State::ExpectTunnelProtocol) become_tunnel();  // the server speaks first: not HTTP
    if (state_ == State::Tunnel) {
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
    Upstream& up = *upstream_;
    const http1::Progress progress = up.parser.parse(bytes);
    if (progress == http1::Progress::NeedMore) return 0;
    std::optional<http1::Defect> defect;
    if (progress == http1::Progress::Refused) defect = up.parser.defect();
    http1::Head head = up.parser.take_head();
    up.parser.reset();
    if (!defect) defect = nominates_framing(head, bytes);
    http1::Framing framing;
    if (!defect) {
        auto read = http1::response_framing(head, bytes, active_->method());
        if (const auto* bad = std::get_if<http1::Defect>(&read))
            defect = *bad;
        else
            framing = std::get<http1::Framing>(read);
    }
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
    follow_login(head, offer);
    HopContext context = hop_context();
    const bool announce = head.status == 401 && offer.www && !in_tunnel_ && !a.hop.is_proxy;
    std::vector<Edit> edits = response_edits(head, bytes, announce, context);

    const bool server_keeps = http1::keeps_connection(head, bytes);
    a.until_close = framing.kind == http1::BodyKind::UntilClose;
    a.upstream_persists = a.upstream_persists && server_keeps && !a.until_close;
    // What the client will conclude from the head it gets: in the pooled policies the server's Connection is
    // taken out.
    const bool says_keep = context.affinity ? server_keeps : head.minor_version == 1;
    a.client_persists =
        http1::keeps_connection(a.head(), a.head_bytes()) && says_keep && !a.until_close && !a.close_after;

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

// Keeps what the relay must know of a login: where one is under way or done, and whom it belongs to.
void ClientSession::follow_login(const http1::Head& head, const ChallengeOffer& offer) {
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
    if (offer.connection_based && pins(relay_.options_.policy, {false, true, head.status}))
        up.private_to = id();
    if (offer.challenge_token && faulty(FaultName::CloseAfterChallenge)) {
        note_injected(FaultName::CloseAfterChallenge);
        up.retired = true;
        up.login = Login::None;  // broken on purpose: nobody is to be told
    }
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
    const std::size_t limit = relay_.options_.limits.kept_body;
    if (body.kept.size() < limit) body.kept.append(content.substr(0, limit - body.kept.size()));
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

// Hands it to the journal. What carried it is still there, the record of it is not.
void ClientSession::finish_exchange(Outcome outcome, std::optional<Fault> fault) {
    Active& a = *active_;
    Exchange& exchange = *a.exchange;
    exchange.outcome = outcome;
    exchange.fault = std::move(fault);
    exchange.request.body.length = a.request_body.payload_bytes();
    exchange.response.body.length =
        std::max<std::uint64_t>(a.response_body.payload_bytes(), exchange.response.body.kept.size());
    exchange.timing.ended = now();
    outside().record(ExchangeFinished{std::move(a.exchange)});
}

// An exchange that takes its time is told of before it ends, once.
void ClientSession::announce() {
    if (!active_ || active_->announced) return;
    const Exchange& exchange = *active_->exchange;
    if (now().steady_us - exchange.timing.request_head.steady_us < kAnnounceAfter) return;
    active_->announced = true;
    auto known = std::make_unique<Exchange>();
    known->id = exchange.id;
    known->client_connection = exchange.client_connection;
    known->upstream_connection = exchange.upstream_connection;
    known->scheme = exchange.scheme;
    known->authority = exchange.authority;
    known->in_tunnel = exchange.in_tunnel;
    known->request.head = exchange.request.head;
    known->request.parsed = exchange.request.parsed;
    known->request_edits = exchange.request_edits;
    known->timing = exchange.timing;
    known->decision = exchange.decision;
    outside().record(ExchangeUnderWay{std::move(known)});
}

// The exchange is over: the connections rest or close, and the next request may begin.
void ClientSession::complete(Outcome outcome, std::optional<Fault> fault) {
    bool persists = active_->client_persists && active_->request_done && !relay_.draining_;
    flush_upstream();
    if (upstream_ && holds_my_login(*upstream_)) {
        const ConnectionId held = upstream_->id;
        release_upstream();
        if (!relay_.upstream(held) && !relay_.holds_login(*this, held)) persists = false;
    }
    release_upstream();
    finish_exchange(outcome, std::move(fault));
    flush_client();
    next_request();
    if (!persists)
        close(CloseHow::Gently,
              relay_.draining_ ? "the proxy is stopping" : "the exchange was the last on this connection");
}

void ClientSession::next_request() {
    active_.reset();
    upstream_full_ = false;
    state_ = State::ExpectRequest;
    wait_since_ = now();
    input_since_ = {};
}

// Answers by this proxy itself. The connection lives on when the request is whole and could be understood.
void ClientSession::answer(const OwnPage& page, Fault fault) {
    Active& a = *active_;
    if (upstream_) drop_upstream(CloseHow::Gently, "answered by the proxy");
    a.client_persists = a.request_done && !a.close_after && !a.head().fields.empty() &&
                        http1::keeps_connection(a.head(), a.head_bytes());
    if (relay_.draining_) a.client_persists = false;
    const std::string response = own_response(page, !a.client_persists, a.is_head());
    const std::size_t head_end = response.find("\r\n\r\n") + 4;
    respond_ourselves(response.substr(0, head_end));
    keep_body(false, std::string_view(response).substr(head_end));
    to_client(response);
    a.response_begun = true;
    complete(Outcome::Refused, std::move(fault));
}

void ClientSession::respond_ourselves(std::string head) {
    Exchange& exchange = *active_->exchange;
    exchange.response = message_from_head(std::move(head), http1::HeadParser::Kind::Response);
    exchange.status = exchange.response.parsed.status;
    exchange.answered_by_us = true;
    exchange.timing.response_head = now();
}

// The response had begun: the client must see that it is not whole (no false end).
void ClientSession::cut_short(Fault fault, bool reset) {
    drop_upstream(CloseHow::Reset, "the response broke off");
    finish_exchange(Outcome::Broken, std::move(fault));
    flush_client();
    active_.reset();
    close(reset ? CloseHow::Reset : CloseHow::Gently, "the response broke off");
}

void ClientSession::upstream_ended() {
    if (state_ == State::Tunnel) {
        flush_client();
        outside().finish(id());
        upstream_->ended = true;
        if (ended_) close(CloseHow::Gently, "both ends of the tunnel are done");
        return;
    }
    if (state_ == State::ExpectTunnelProtocol) return close(CloseHow::Gently, "the server closed the tunnel");
    upstream_broken(false, "the server closed the connection");
}

// The server is gone. What that means depends on how far the exchange was.
void ClientSession::upstream_broken(bool reset, const std::string& what) {
    if (state_ == State::Tunnel || state_ == State::ExpectTunnelProtocol) {
        relay_.upstream_gone(*upstream_,
                             {ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, now(), what});
        upstream_ = nullptr;
        flush_client();
        return close(reset ? CloseHow::Reset : CloseHow::Gently, "the server closed the tunnel");
    }
    Active& a = *active_;
    Upstream& up = *upstream_;
    const bool had_login = up.login != Login::None, lost_my_login = holds_my_login(up);
    const bool reused = up.served > 1;
    const bool in_head = !up.input.empty();
    const bool in_prelude = state_ == State::ExpectPrelude;
    up.login = Login::None;  // this client hears of it below, in its own exchange
    relay_.upstream_gone(up, {ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, now(), what});
    upstream_ = nullptr;
    pending_up_ = {};
    upstream_full_ = false;
    if (in_prelude) return prelude_failed();
    Fault fault{Fault::Whose::Upstream,
                a.request_done ? "response head" : "request body",
                what + " before it answered",
                "",
                {},
                ""};
    if (a.status() == 0) {
        const bool untouched = !in_head && a.exchange->interim.empty();
        const bool retry = reused && untouched && !had_login && a.login == LoginStep::None &&
                           a.request_done && is_safe(a.method()) && a.request_body.payload_bytes() == 0 &&
                           !a.retried;
        if (retry) {
            a.retried = true;
            a.response_begun = false;
            a.exchange->decision =
                PoolDecision{relay_.options_.policy.name,
                             {},
                             true,
                             {},
                             "once more on a new connection: the idle one had been closed by the server"};
            upstream_ = &relay_.take(*a.exchange->decision, *this, a.hop);
            state_ = State::ExpectUpstream;
            return;
        }
        if (reused && untouched && had_login) return no_reply(fault);
        if (in_head) fault.what = what + " in the middle of the response head";
        a.close_after = a.close_after || lost_my_login;
        answer(
            {502, "no-response", "The server closed the connection without an answer", fault.what + ".", ""},
            fault);
        if (!gone_) advance();
        return;
    }
    if (a.response_done) {  // it answered early; the rest of the upload is read and dropped
        state_ = State::ExpectUploadEnd;
        wait_since_ = now();
        a.upstream_persists = false;
        a.client_persists = a.client_persists && !lost_my_login;
        return advance();
    }
    if (a.until_close && !reset) {
        a.response_done = true;
        flush_client();
        if (a.request_done)
            complete(Outcome::Complete);
        else
            state_ = State::ExpectUploadEnd, wait_since_ = now();
        return;
    }
    fault.stage = "response body";
    fault.what =
        what + " after " + std::to_string(a.response_body.payload_bytes()) + " bytes of the response body";
    cut_short(std::move(fault), a.until_close);
}

// As Squid does: an authenticated connection that died under a request takes the client connection along,
// without an answer of ours, so that the client starts anew as it would have without a proxy.
void ClientSession::no_reply(const Fault& fault) {
    finish_exchange(Outcome::Broken, fault);
    active_.reset();
    close(CloseHow::Gently, "its authenticated upstream connection is gone");
}

// The login goes when the connection goes, and the client must be able to know (relay rule 2).
bool ClientSession::holds_my_login(const Upstream& up) const {
    if (up.login == Login::None) return false;
    const Policy& policy = relay_.options_.policy;  // one of these makes it its client's on release
    const bool keeps_apart = policy.is_affinity() || policy.pin == PinTrigger::RequestOrResponse;
    return keeps_apart || up.owner == id_ || up.private_to == id_;
}

void ClientSession::release_upstream() {
    if (!upstream_) return;
    if (!active_->upstream_persists) upstream_->retired = true;
    Upstream& up = *upstream_;
    upstream_ = nullptr;
    relay_.release(up, *this);
}

void ClientSession::drop_upstream(CloseHow how, const std::string& because) {
    end_prelude(because);
    if (!upstream_) return;
    Upstream& up = *upstream_;
    if (active_ && holds_my_login(up)) active_->close_after = true;
    upstream_ = nullptr;
    pending_up_ = {};
    upstream_full_ = false;
    relay_.close_upstream(up, how, because);
}

}  // namespace why401
