// How a client connection ends: by its peer, by a time limit, by a lost login, by the proxy stopping.

#include "proxy/machine/client_session.h"

namespace why401 {

void ClientSession::client_ended() {
    ended_ = true;
    if (state_ == State::Tunnel) {
        flush_upstream();
        if (upstream_->ended) return close(CloseHow::Gently, "both ends of the tunnel are done");
        return outside().finish(upstream_->id);
    }
    if ((state_ == State::ExpectTunnelProtocol || state_ == State::ExpectHello) && upstream_) {
        become_tunnel();
        return outside().finish(upstream_->id);
    }
    if (!active_ && client_full_ && !input_.empty()) return;  // it has asked more than it has read
    if (!active_) return close(CloseHow::Gently, "the client finished sending");
    if (active_->request_done) return;  // half-closed: the answer still goes out
    if (!input_.empty()) return;        // the rest of the body waits for its turn
    client_broken(false, "the client finished sending in the middle of the request body");
}

void ClientSession::client_broken(bool reset, const std::string& what) {
    if (active_) {
        Fault fault{
            Fault::Whose::Client, active_->request_done ? "response" : "request body", what, "", {}, ""};
        drop_upstream(CloseHow::Reset, "the client left");
        finish_exchange(Outcome::Abandoned, std::move(fault));
        active_.reset();
    }
    drop_upstream(CloseHow::Gently, "the client left");
    if (gone_) return;
    gone_ = true;
    outside().close(id(), CloseHow::Gently);
    relay_.client_gone(*this, {ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, now(), what});
}

void ClientSession::close(CloseHow how, const std::string& because) {
    if (gone_) return;
    if (active_) {
        drop_upstream(CloseHow::Reset, because);
        finish_exchange(Outcome::Broken, Fault{Fault::Whose::Us, "exchange", because, "", {}, ""});
        active_.reset();
    }
    drop_upstream(CloseHow::Gently, because);
    flush_client();
    gone_ = true;
    outside().close(id(), how);
    relay_.client_gone(*this, {ended_ ? ClosedBy::Peer : ClosedBy::Us,
                               how == CloseHow::Reset ? CloseKind::Reset : CloseKind::Fin, now(), because});
}

void ClientSession::login_lost(const std::string& key, bool another_lives) {
    if (active_ && active_->delayed)
        return;  // delayed on purpose until the server gave up: the break is to be seen
    if (!active_ && state_ == State::ExpectRequest && input_.empty() && !another_lives)
        return close(CloseHow::Gently, "its authenticated upstream connection was closed by the server");
    lost_logins_.insert(key);
}

void ClientSession::drain() {
    if (!active_)  // waits for a request, or is a tunnel, or about to be one
        close(CloseHow::Gently, "the proxy is stopping");
}

void ClientSession::tick() {
    announce();
    const RelayLimits& limits = relay_.options_.limits;
    const std::int64_t waited = now().steady_us - wait_since_.steady_us;
    switch (state_) {
        case State::ExpectRequest: {
            const bool head_begun = input_since_ != Instant{};
            if (head_begun && now().steady_us - input_since_.steady_us > limits.head_us)
                return head_too_slow();
            if (!head_begun && waited > limits.client_idle_us) close(CloseHow::Gently, "idle for too long");
            return;
        }
        case State::ExpectTunnelProtocol:
            if (waited > limits.sniff_us && !own_tunnel_) become_tunnel();
            if (waited > limits.client_idle_us && own_tunnel_) close(CloseHow::Gently, "idle for too long");
            return;
        case State::ExpectHello:
            if (waited > limits.head_us) become_tunnel();
            return;
        case State::ExpectServerTls:
            if (waited > limits.tls_us) server_tls_too_slow();
            return;
        case State::ExpectClientTls:
            if (waited > limits.head_us) client_tls_too_slow();
            return;
        case State::ExpectDelay:
            if (waited < std::chrono::microseconds(relay_.options_.faults.delay()).count()) return;
            dispatch();
            if (!gone_) flush_upstream();
            return;
        case State::ExpectUploadEnd:
            if (waited <= limits.upload_drain_us) return;
            if (active_->wants_own_site) return close(CloseHow::Gently, "the request body took too long");
            active_->client_persists = false;
            active_->request_done = true;
            return complete(Outcome::Complete);
        case State::ExpectUpstream:
            if (upstream_->securing && waited > limits.tls_us) server_tls_too_slow();
            return;
        case State::Tunnel: return;  // connecting has its own limit; a quiet tunnel is nobody's business
        case State::ExpectPrelude:
        case State::ExpectResponse:
            if (now().steady_us - active_at_.steady_us > limits.client_idle_us) exchange_too_slow();
            return;
    }
}

void ClientSession::head_too_slow() {
    http1::Defect defect{"the request head took longer than the time limit", input_.size(), "RFC 9110 15.5.9",
                         408};
    refuse_bytes(defect, input_);
}

void ClientSession::exchange_too_slow() {
    Fault fault{
        Fault::Whose::Upstream, "response", "nothing moved in either direction for too long", "", {}, ""};
    if (active_->status() != 0) return cut_short(std::move(fault), false);
    answer({504, "no-response-in-time", "The server did not answer in time", fault.what + ".", ""},
           std::move(fault));
    if (!gone_) advance();
}

}  // namespace why401
