// Faults that need more than an edit of a head: an anonymous request of our own in the middle of a login.

#include "proxy/machine/client_session.h"

namespace why401 {

void ClientSession::note_injected(FaultName fault) {
    for (const FaultText& text : fault_texts())
        if (text.fault == fault) active_->injected.emplace_back(text.name);
}

// Only on a connection whose login is under way: anywhere else there is nothing to interrupt.
bool ClientSession::start_prelude() {
    Active& a = *active_;
    if (a.preluded || upstream_->login != Login::UnderWay) return false;
    a.preluded = true;
    note_injected(FaultName::InterleaveAnonymous);
    prelude_ = std::make_unique<Prelude>();
    prelude_->id = ExchangeId{++relay_.last_exchange_};
    const std::string authority =
        a.hop.port == 80 ? a.hop.host : a.hop.host + ":" + std::to_string(a.hop.port);
    const std::string path = a.target.path.empty() ? "/" : std::string(a.target.path);
    const std::string head = "GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    outside().record(ExchangeStarted{prelude_->id, {}, "http", authority, in_tunnel_, head, now(), now()});
    PoolDecision decision{
        relay_.options_.policy.name,
        upstream_->id,
        false,
        {},
        "injected fault interleave-anonymous: a request of this proxy's own in the middle of a login"};
    outside().record(ExchangeForwarded{prelude_->id, {}, std::move(decision), now()});
    outside().record(FaultInjected{prelude_->id, "interleave-anonymous", now()});
    ++upstream_->served;
    state_ = State::ExpectPrelude;
    outside().send(upstream_->id, head);
    return true;
}

void ClientSession::prelude_bytes(std::string_view received) {
    Prelude& p = *prelude_;
    p.input.append(received);
    std::string_view rest = p.input;
    if (!p.in_body) {
        const http1::Progress progress = p.parser.parse(rest);
        if (progress == http1::Progress::NeedMore) return;
        const auto framing = progress == http1::Progress::Complete
                                 ? http1::response_framing(p.parser.head(), rest, "GET")
                                 : std::variant<http1::Framing, http1::Defect>(p.parser.defect());
        if (!std::holds_alternative<http1::Framing>(framing)) {
            drop_upstream(CloseHow::Reset, "its response is malformed");
            return prelude_failed();
        }
        const http1::Head& head = p.parser.head();
        outside().record(
            ResponseHead{p.id, std::string(rest.substr(0, head.end)), head.status, {}, false, now()});
        rest.remove_prefix(head.end);
        p.body = http1::BodyReader(std::get<http1::Framing>(framing));
        p.in_body = true;
    }
    while (!rest.empty() && !p.body.done()) {
        const auto step = p.body.read(rest);
        if (step.payload_length > 0)
            outside().record(
                BodyBytes{p.id, false, std::string(rest.substr(step.payload_begin, step.payload_length))});
        rest.remove_prefix(step.consumed);
        if (step.defect) break;
    }
    p.input = rest;
    if (!p.body.done()) return;
    outside().record(ExchangeFinished{p.id, Outcome::Complete, {}, 0, p.body.payload_bytes(), now()});
    prelude_.reset();
    send_request();
}

// The server closed on us: the login goes on as it would behind such a proxy, on another connection.
void ClientSession::prelude_failed() {
    end_prelude("the server closed the connection");
    dispatch();
}

void ClientSession::end_prelude(const std::string& what) {
    if (!prelude_) return;
    Fault fault{Fault::Whose::Upstream, "response", what, "", {}, ""};
    outside().record(ExchangeFinished{prelude_->id, Outcome::Broken, std::move(fault), 0,
                                      prelude_->body.payload_bytes(), now()});
    prelude_.reset();
}

}  // namespace why401
