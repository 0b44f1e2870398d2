// Faults that need more than an edit of a head: an anonymous request of our own in the middle of a login.

#include "proxy/machine/client_session.h"

namespace why401 {

void ClientSession::note_injected(FaultName fault) {
    for (const FaultText& text : fault_texts())
        if (text.fault == fault) active_->exchange->injected.emplace_back(text.name);
}

// Only on a connection whose login is under way: anywhere else there is nothing to interrupt.
bool ClientSession::start_prelude() {
    Active& a = *active_;
    if (a.preluded || upstream_->login != Login::UnderWay) return false;
    a.preluded = true;
    note_injected(FaultName::InterleaveAnonymous);
    prelude_ = std::make_unique<Prelude>();
    const std::string authority =
        a.hop.port == 80 ? a.hop.host : a.hop.host + ":" + std::to_string(a.hop.port);
    const std::string path = a.target.path.empty() ? "/" : std::string(a.target.path);
    Exchange& own = *prelude_->exchange;
    own.id = ExchangeId{++relay_.last_exchange_};
    own.authority = authority;
    own.in_tunnel = in_tunnel_;
    own.request = message_from_head("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n",
                                    http1::HeadParser::Kind::Request);
    own.upstream_connection = upstream_->id;
    own.decision = PoolDecision{
        relay_.options_.policy.name,
        upstream_->id,
        false,
        {},
        "injected fault interleave-anonymous: a request of this proxy's own in the middle of a login"};
    own.injected = {"interleave-anonymous"};
    own.timing.started = own.timing.request_head = own.timing.forwarded = now();
    ++upstream_->served;
    state_ = State::ExpectPrelude;
    outside().send(upstream_->id, own.request.head);
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
        Exchange& own = *p.exchange;
        own.response.parsed = p.parser.take_head();
        own.response.head = rest.substr(0, own.response.parsed.end);
        own.status = own.response.parsed.status;
        own.timing.response_head = now();
        rest.remove_prefix(own.response.parsed.end);
        p.body = http1::BodyReader(std::get<http1::Framing>(framing));
        p.in_body = true;
    }
    while (!rest.empty() && !p.body.done()) {
        const auto step = p.body.read(rest);
        std::string& kept = p.exchange->response.body.kept;
        if (kept.size() < relay_.options_.limits.kept_body)
            kept.append(rest.substr(step.payload_begin, step.payload_length));
        rest.remove_prefix(step.consumed);
        if (step.defect) break;
    }
    p.input = rest;
    if (!p.body.done()) return;
    finish_prelude(Outcome::Complete);
    send_request();
}

// The server closed on us: the login goes on as it would behind such a proxy, on another connection.
void ClientSession::prelude_failed() {
    end_prelude("the server closed the connection");
    dispatch();
}

void ClientSession::end_prelude(const std::string& what) {
    if (!prelude_) return;
    prelude_->exchange->fault = Fault{Fault::Whose::Upstream, "response", what, "", {}, ""};
    finish_prelude(Outcome::Broken);
}

void ClientSession::finish_prelude(Outcome outcome) {
    Exchange& own = *prelude_->exchange;
    own.outcome = outcome;
    own.response.body.length = prelude_->body.payload_bytes();
    own.timing.ended = now();
    outside().record(ExchangeFinished{std::move(prelude_->exchange)});
    prelude_.reset();
}

}  // namespace why401
