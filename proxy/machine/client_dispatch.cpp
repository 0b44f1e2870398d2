// From a request that is understood to a connection that carries it: choose, open, send - or hold back, where
// a fault says so.

#include <algorithm>

#include "proxy/machine/client_session.h"

namespace why401 {

// Finds or opens the upstream connection, unless a fault to be injected holds the request back.
void ClientSession::dispatch() {
    Active& a = *active_;
    if (lost_logins_.erase(a.hop.key) > 0) {
        finish_exchange(Outcome::Refused,
                        Fault{Fault::Whose::Upstream,
                              "upstream connection",
                              "the connection that held this client's login was closed by the server; the "
                              "client connection is closed so that the client can know",
                              "",
                              {},
                              ""});
        active_.reset();
        return close(CloseHow::Gently, "its authenticated upstream connection is gone");
    }
    if (hold_back()) return;
    const bool tunnel = a.target.form == http1::TargetForm::Authority && !a.hop.is_proxy;
    if (tunnel) {
        a.exchange->decision =
            PoolDecision{relay_.options_.policy.name, {}, true, {}, "a tunnel has a connection of its own"};
    } else {
        a.exchange->decision = relay_.decide(*this, a.hop);
        if (through_parent_ && !a.exchange->decision->chosen) {
            finish_exchange(Outcome::Refused, Fault{Fault::Whose::Upstream,
                                                    "tunnel",
                                                    "the tunnel through the parent proxy has ended",
                                                    "",
                                                    {},
                                                    ""});
            active_.reset();
            return close(CloseHow::Gently, "its tunnel through the parent proxy has ended");
        }
        if (a.login == LoginStep::Authenticate && faulty(FaultName::RetryAuthenticate)) {
            a.exchange->decision->chosen.reset();
            a.exchange->decision->opened_new = true;
            a.exchange->decision->because =
                "injected fault retry-authenticate: sent on a new connection, as a blind retry does";
            note_injected(FaultName::RetryAuthenticate);
        }
    }
    upstream_ = &relay_.take(*a.exchange->decision, *this, a.hop);
    // Before the connection stands: the policy may be switched meanwhile, and the login is in flight already.
    if (a.login == LoginStep::Negotiate) upstream_->login = Login::UnderWay;
    if (!upstream_->connected) {
        state_ = State::ExpectUpstream;
        return;
    }
    if (a.login == LoginStep::Authenticate && faulty(FaultName::InterleaveAnonymous) && start_prelude())
        return;
    send_request();
}

bool ClientSession::hold_back() {
    Active& a = *active_;
    if (a.login != LoginStep::Authenticate || a.delayed || !faulty(FaultName::DelayAuthenticate))
        return false;
    a.delayed = true;
    note_injected(FaultName::DelayAuthenticate);
    wait_since_ = now();
    state_ = State::ExpectDelay;
    return true;
}

HopContext ClientSession::hop_context() {
    HopContext context;
    context.affinity = relay_.options_.policy.is_affinity() || through_parent_;
    context.to_proxy = active_->hop.is_proxy;
    context.in_tunnel = in_tunnel_;
    context.faults = &relay_.options_.faults;
    context.injected = &active_->exchange->injected;
    return context;
}

void ClientSession::send_request() {
    Active& a = *active_;
    const HopContext context = hop_context();
    std::vector<Edit> edits = request_edits(a.head(), a.head_bytes(), a.target, context);
    if (a.head().begin > 0)
        edits.insert(edits.begin(),
                     Edit{0, a.head().begin, "", "empty lines before the request (RFC 9112 2.2)"});
    std::string forwarded = forwarded_head(a.head_bytes(), edits);
    const auto& injected = a.exchange->injected;
    const bool downgraded = std::find(injected.begin(), injected.end(), "http10-upstream") != injected.end();
    a.upstream_persists =
        context.affinity ? http1::keeps_connection(a.head(), a.head_bytes()) : a.head().minor_version == 1;
    if (downgraded) a.upstream_persists = false;
    a.exchange->decision->chosen = upstream_->id;
    a.exchange->upstream_connection = upstream_->id;
    a.exchange->request_edits = std::move(edits);
    a.exchange->timing.forwarded = now();

    ++upstream_->served;
    previous_upstream_ = upstream_->id;
    upstream_->last_client = id();
    if (relay_.options_.policy.is_affinity()) upstream_->owner = id();  // a login begun under another policy
    if (a.login != LoginStep::None && pins(relay_.options_.policy, {true, false, 0}))
        upstream_->private_to = id();
    state_ = State::ExpectResponse;
    active_at_ = now();
    to_upstream(std::move(forwarded));
    if (!consuming_) advance();
}

void ClientSession::upstream_connected() {
    if (!active_) return;
    if (active_->target.form == http1::TargetForm::Authority && !active_->hop.is_proxy)
        return tunnel_opened(false);
    send_request();
    if (gone_) return;
    flush_upstream();
}

void ClientSession::upstream_failed(const ConnectTrouble& trouble) {
    upstream_ = nullptr;
    if (!active_) return;
    active_->exchange->decision->chosen.reset();  // it never stood
    active_->exchange->timing.forwarded = now();
    const std::string where = active_->hop.host + ":" + std::to_string(active_->hop.port);
    OwnPage page{502, "connect-failed", "No connection to " + where, trouble.what + ".", ""};
    Fault fault{
        Fault::Whose::Network, "connect", "no connection to " + where + ": " + trouble.what, "", {}, ""};
    using Kind = ConnectTrouble::Kind;
    if (trouble.kind == Kind::Resolve) {
        page.reason_code = "name-not-found";
        page.headline = "The name " + active_->hop.host + " could not be resolved";
        page.hint =
            "The request was never sent. Check the name; --map HOST=ADDRESS gives it an address for this "
            "run.";
        fault.stage = "resolve";
    } else if (trouble.kind == Kind::Timeout) {
        page.status = 504;
        page.reason_code = "connect-timeout";
    } else if (trouble.kind == Kind::Loop) {
        page.status = 508;
        page.reason_code = "loop";
        page.headline = "This request would come back to the proxy itself";
        fault.whose = Fault::Whose::Client;
    }
    answer(page, std::move(fault));
    if (!gone_) advance();
}

void ClientSession::upstream_drained() {
    upstream_full_ = false;
    update_reading();
}

}  // namespace why401
