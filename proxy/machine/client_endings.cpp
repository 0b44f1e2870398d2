// How an exchange ends: whole, answered by this proxy, cut short, or without an answer; and what becomes of
// its connections.

#include <algorithm>
#include <utility>

#include "proxy/machine/client_session.h"

namespace why401 {
namespace {

constexpr std::int64_t kAnnounceAfter = 100'000;  ///< us; most exchanges are over by then

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

}  // namespace

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
    relay_.kept_under_way_ -= exchange.request.body.kept.size() + exchange.response.body.kept.size();
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
    bool persists = active_->client_persists && active_->request_done && !relay_.draining_ && !leaving_;
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
    // What follows a CONNECT may be meant for the tunnel: a refused one is the last on its connection.
    a.client_persists = a.request_done && !a.close_after && !a.head().fields.empty() &&
                        a.target.form != http1::TargetForm::Authority &&
                        http1::keeps_connection(a.head(), a.head_bytes());
    if (relay_.draining_ || leaving_) a.client_persists = false;
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
    if (state_ == State::ExpectTunnelProtocol || state_ == State::ExpectHello)
        return close(CloseHow::Gently, "the server closed the tunnel");
    upstream_broken(false, "the server closed the connection");
}

// The server is gone. What that means depends on how far the exchange was.
void ClientSession::upstream_broken(bool reset, const std::string& what) {
    if (state_ == State::Tunnel || state_ == State::ExpectTunnelProtocol || state_ == State::ExpectHello) {
        relay_.upstream_gone(*upstream_,
                             {ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, now(), what});
        upstream_ = nullptr;
        flush_client();
        return close(reset ? CloseHow::Reset : CloseHow::Gently, "the server closed the tunnel");
    }
    if (!active_) return drop_upstream(CloseHow::Gently, what);
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
                           !a.retried &&
                           !through_parent_;  // a parent's tunnel cannot be opened anew from here
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
    fault.what = what + " after " + std::to_string(a.response_body.payload_bytes());
    if (a.response_body.kind() == http1::BodyKind::Length)
        fault.what += " of " + std::to_string(a.response_body.announced_bytes());
    fault.what += " bytes of the response body";
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
    return keeps_apart || up.owner == id() || (up.private_to == id() && policy.tells_client);
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
