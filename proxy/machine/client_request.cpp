// The request, from the client's bytes to a head that is understood; and its body, passed on as it comes.

#include <algorithm>

#include "proxy/machine/client_session.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kWaitingInput =
    64 * 1024;  ///< of pipelined requests and early body, then reading pauses
constexpr std::size_t kKnownRoutes = 1024;
constexpr std::string_view kNoTunnelHere =
    "This is the proxy's own name; it answers in plain http only: http://why401.test/";
constexpr std::size_t kGather = 64 * 1024;  ///< small writes are joined up to this

std::string key_of(std::string_view host, std::uint16_t port) {
    std::string key;
    for (const char c : host) key += lower(c);
    return key + ":" + std::to_string(port);
}

std::string authority_text(const http1::Authority& authority, std::uint16_t default_port) {
    std::string text =
        authority.bracketed ? "[" + std::string(authority.host) + "]" : std::string(authority.host);
    if (authority.port != default_port) text += ":" + std::to_string(authority.port);
    return text;
}

struct Refusal {
    const char *code, *headline;
};

Refusal refusal_words(int status) {
    switch (status) {
        case 408: return {"request-head-too-slow", "The request head took too long"};
        case 414: return {"request-target-too-long", "The request target is too long"};
        case 431: return {"request-head-too-large", "The request head is too large"};
        case 505: return {"http-version-not-supported", "This version of HTTP is not spoken here"};
        default: return {"request-malformed", "The request is malformed"};
    }
}

/// Other protocols show in their first byte, and would wait for an answer that HTTP cannot give.
std::optional<http1::Defect> other_protocol(std::string_view bytes) {
    switch (bytes.front()) {
        case 0x16:
            return http1::Defect{
                "the client speaks TLS to this port: its proxy setting must begin with http://, also for "
                "https sites",
                0, "RFC 8446 5.1"};
        case 0x04:
        case 0x05:
            return http1::Defect{
                "the client speaks SOCKS to this port: its proxy setting must be an HTTP proxy", 0,
                "RFC 1928 3"};
        default: return std::nullopt;
    }
}

}  // namespace

Fault refused(Fault::Whose whose, std::string stage, const http1::Defect& defect, std::string_view bytes) {
    Fault fault;
    fault.whose = whose;
    fault.stage = std::move(stage);
    fault.what = defect.what;
    fault.clause = defect.clause;
    fault.offset = defect.offset;
    fault.bytes = bytes.substr(std::min(defect.offset, bytes.size()), 64);
    return fault;
}

ClientSession::ClientSession(Relay& relay, ConnectionFacts connection)
    : relay_(relay), connection_(std::move(connection)), wait_since_(relay.now_), active_at_(relay.now_) {}

void ClientSession::receive(std::string_view received) {
    active_at_ = now();
    if (state_ == State::Tunnel) {
        carried_->from_client += received.size();
        watch_hello(received);
        to_upstream(received);
        return flush_upstream();
    }
    if (!input_.empty() || consuming_) {
        input_.append(received);
        return advance();
    }
    consuming_ = true;
    const std::size_t used = consume(received);
    consuming_ = false;
    if (gone_) return;
    input_.append(received.substr(used));
    if (state_ == State::ExpectTunnelProtocol && !input_.empty()) return sniff();
    if (state_ == State::ExpectHello && !input_.empty()) return hello_arrives();
    flush_upstream();
    flush_client();
    update_reading();
}

// Uses what can be used of the waiting bytes.
void ClientSession::advance() {
    if (consuming_ || gone_) return;
    consuming_ = true;
    const std::size_t used = consume(input_);
    consuming_ = false;
    if (gone_) return;
    input_.erase(0, used);
    if (input_.empty()) input_ = {};  // an idle connection holds no buffer
    if (state_ == State::ExpectTunnelProtocol && !input_.empty()) return sniff();
    if (state_ == State::ExpectHello && !input_.empty()) return hello_arrives();
    flush_upstream();
    flush_client();
    if (ended_ && active_ && !active_->request_done && input_.empty())
        return client_broken(false, "the client finished sending in the middle of the request body");
    if (ended_ && state_ == State::ExpectRequest && !(client_full_ && !input_.empty()))
        return close(CloseHow::Gently, "the client finished sending");
    update_reading();
}

std::size_t ClientSession::consume(std::string_view bytes) {
    std::size_t used = 0;
    while (!gone_) {
        const std::string_view rest = bytes.substr(used);
        if (state_ == State::ExpectRequest) {
            if (rest.empty() || client_full_) break;
            if (input_since_ == Instant{}) input_since_ = now();
            if (!parser_) {
                const http1::Limits limits{relay_.options_.limits.head_bytes, http1::Limits{}.fields};
                parser_ = std::make_unique<http1::HeadParser>(http1::HeadParser::Kind::Request, limits);
            }
            if (const auto defect = other_protocol(rest)) {
                refuse_bytes(*defect, rest);
                return bytes.size();
            }
            const http1::Progress progress = parser_->parse(rest);
            if (progress == http1::Progress::NeedMore) break;
            if (progress == http1::Progress::Refused) {
                refuse_bytes(parser_->defect(), rest);
                return bytes.size();
            }
            const std::size_t length = parser_->head().end;
            begin(rest.substr(0, length));
            used += length;
        } else if (state_ == State::ExpectTunnelProtocol || state_ == State::ExpectHello) {
            break;  // sniff() and hello_arrives() look at input_, which the caller fills
        } else if (state_ == State::Tunnel) {
            carried_->from_client += rest.size();
            to_upstream(rest);
            return bytes.size();
        } else {
            const std::size_t step = relay_upload(rest);
            if (step == 0) break;
            used += step;
        }
    }
    return gone_ ? bytes.size() : used;
}

// The request's body: counted, kept in part, passed on as received.
std::size_t ClientSession::relay_upload(std::string_view bytes) {
    const bool to_server = state_ == State::ExpectResponse;
    if (!active_ || active_->request_done || bytes.empty()) return 0;
    if (!to_server && state_ != State::ExpectUploadEnd) return 0;
    const auto step = active_->request_body.read(bytes);
    if (to_server) to_upstream(bytes.substr(0, step.consumed));
    keep_body(true, bytes.substr(step.payload_begin, step.payload_length));
    if (step.defect) {
        Fault fault =
            refused(Fault::Whose::Client, "request body", *step.defect, bytes.substr(step.consumed));
        drop_upstream(CloseHow::Reset, "the request body is malformed");
        if (active_->response_begun) {
            cut_short(std::move(fault), false);
        } else {
            active_->close_after = true;
            answer({400, "request-body-malformed", "The request body is malformed",
                    fault.what + " (" + fault.clause + ").", ""},
                   std::move(fault));
        }
        return bytes.size();
    }
    if (step.done) {
        active_->request_done = true;
        if (active_->wants_own_site)
            answer_own_site();
        else if (active_->response_done)
            complete(Outcome::Complete);
    }
    return step.consumed;
}

void ClientSession::begin(std::string_view head) {
    active_ = std::make_unique<Active>(outside().blank());
    Active& a = *active_;
    Exchange& exchange = *a.exchange;
    exchange.id = ExchangeId{++relay_.last_exchange_};
    exchange.client_connection = id();
    exchange.in_tunnel = in_tunnel_;
    if (tls_) exchange.scheme = "https";
    exchange.request.head = head;
    exchange.request.parsed = parser_->take_head();
    exchange.timing.started = input_since_;
    exchange.timing.request_head = now();
    parser_.reset();
    input_since_ = {};

    const auto target = http1::parse_target(a.method(), exchange.request.target());
    if (target) a.target = *target;
    if (target && !target->authority.empty()) {
        exchange.authority = authority_text(target->parsed, a.method() == "CONNECT" ? 0 : tls_ ? 443 : 80);
        if (!target->scheme.empty()) exchange.scheme = target->scheme;
    } else if (in_tunnel_) {
        const bool v6 = tunnel_hop_.host.find(':') != std::string::npos;
        exchange.authority = authority_text({tunnel_hop_.host, tunnel_hop_.port, v6}, tls_ ? 443 : 80);
    } else {
        exchange.authority = value(exchange.request, "Host");
    }
    if (!understand()) return;
    if (tls_ && tls_->refusal) return answer_refused();
    if (locate()) dispatch();
}

// What the head says about framing and target; answers 400 and returns false when it cannot be trusted.
bool ClientSession::understand() {
    Active& a = *active_;
    const auto bad = [&](const http1::Defect& defect) {
        a.close_after = true;
        Fault fault = refused(Fault::Whose::Client, "request head", defect, a.head_bytes());
        OwnPage page{400, "request-malformed", "The request is malformed",
                     fault.what + " (" + fault.clause + ").", ""};
        answer(page, std::move(fault));
        return false;
    };
    if (a.target.authority.empty() && a.target.path.empty() && a.target.form != http1::TargetForm::Asterisk)
        return bad(
            {"the request target fits no form for this method", a.head().target_begin, "RFC 9112 3.2"});
    if (const auto defect = nominates_framing(a.head(), a.head_bytes())) return bad(*defect);
    const auto framing = http1::request_framing(a.head(), a.head_bytes());
    if (const auto* defect = std::get_if<http1::Defect>(&framing)) return bad(*defect);
    a.request_body = http1::BodyReader(std::get<http1::Framing>(framing));
    a.request_done = a.request_body.done();
    if (a.target.form == http1::TargetForm::Authority && !a.request_done)
        return bad({"a CONNECT announces a body", a.head().begin, "RFC 9110 9.3.6"});
    if (!a.target.scheme.empty() && !same_name(a.target.scheme, tls_ ? "https" : "http"))
        return bad({"a proxy is asked for this scheme with CONNECT, not with the URL", a.head().target_begin,
                    "RFC 9110 9.3.6"});
    a.login = login_step(a.head(), a.head_bytes());
    a.wants_upgrade = a.head().minor_version == 1 && asks_upgrade(a.head(), a.head_bytes());
    return true;
}

// Who is asked next. Answers by itself (and returns false) for the proxy's own name and for hosts that cannot
// be had.
bool ClientSession::locate() {
    Active& a = *active_;
    const bool connect = a.target.form == http1::TargetForm::Authority;
    if (in_tunnel_ && connect && (tls_ || own_tunnel_)) {
        a.close_after = true;
        answer({400, "nested-connect", "A tunnel inside this one is not opened",
                "A CONNECT came inside a tunnel that this proxy reads itself.", ""},
               Fault{Fault::Whose::Client, "route", "a CONNECT inside a tunnel that is read", "", {}, ""});
        return false;
    }
    if (in_tunnel_ && !connect && !own_tunnel_) {
        if (!leads_through_tunnel()) return false;
        a.hop = tunnel_hop_;
        return true;
    }
    const auto found = route_to(connect || a.target.form == http1::TargetForm::Absolute ? a.target.authority
                                                                                        : std::string_view());
    const Route& route = *found;
    if (route.own_site && connect && relay_.options_.opens_tls && !in_tunnel_) {
        own_tunnel_opened();
        return false;
    }
    if ((route.own_site || own_tunnel_) && !connect) {
        a.wants_own_site = true;
        state_ = State::ExpectUploadEnd;  // a request with a malformed body is not answered 200
        wait_since_ = now();
        if (a.request_done) answer_own_site();
        return false;
    }
    const std::string_view refused = route.own_site ? kNoTunnelHere : std::string_view(route.refused);
    if (!refused.empty()) {
        Fault fault{Fault::Whose::Us, "route", std::string(refused), "", {}, ""};
        answer({502, "no-such-host-here", "This name leads nowhere here", fault.what, ""}, fault);
        return false;
    }
    a.hop = route.hop;
    return true;
}

// Clients ask the same hosts again and again: their routes are kept. Nobody's authority leads to the proxy
// itself.
std::shared_ptr<const Route> ClientSession::route_to(std::string_view authority) {
    auto& known = relay_.routes_;
    if (const auto found = known.find(std::string(authority)); found != known.end()) return found->second;
    Route route;
    route.own_site = authority.empty();
    if (!authority.empty()) {
        const http1::Authority& parsed = active_->target.parsed;
        const std::string host(parsed.host);
        if (relay_.options_.route)
            route = relay_.options_.route(host, parsed.port);
        else
            route.hop = {host, parsed.port, false, ""};
        if (route.hop.key.empty()) route.hop.key = key_of(route.hop.host, route.hop.port);
    }
    if (known.size() == kKnownRoutes) known.clear();
    return known.emplace(authority, std::make_shared<const Route>(std::move(route))).first->second;
}

void ClientSession::answer_own_site() {
    Active& a = *active_;
    a.client_persists = http1::keeps_connection(a.head(), a.head_bytes());
    const OwnQuestion question{a.target.path, connection_->local, own_tunnel_ || !a.target.authority.empty(),
                               tls_ != nullptr};
    const auto& site = relay_.options_.own_site;
    const OwnAnswer own =
        site ? site(question) : OwnAnswer{"setup", "text/plain", "This is the why401 proxy.\n"};
    const std::string response = own_response(own, !a.client_persists, a.is_head());
    respond_ourselves(response.substr(0, response.find("\r\n\r\n") + 4));
    to_client(response);
    complete(Outcome::Refused);
}

void ClientSession::to_upstream(std::string_view bytes) {
    if (bytes.size() + pending_up_.size() <= kGather) {
        pending_up_.append(bytes);
        return;
    }
    flush_upstream();
    if (upstream_)
        upstream_full_ = outside().send(upstream_->id, bytes) > relay_.options_.limits.queued_bytes;
}

void ClientSession::to_upstream(std::string&& bytes) {
    if (pending_up_.empty())
        pending_up_ = std::move(bytes);
    else
        to_upstream(std::string_view(bytes));
}

void ClientSession::flush_upstream() {
    if (!pending_up_.empty() && upstream_)
        upstream_full_ = outside().send(upstream_->id, pending_up_) > relay_.options_.limits.queued_bytes;
    pending_up_ = {};
    update_reading();
}

// Reading from the client pauses while the server does not take more, or while too much waits for its turn.
void ClientSession::update_reading() {
    if (gone_) return;
    // A head under way waits for its own end, which has a limit of its own.
    const bool in_turn = state_ == State::ExpectRequest && !client_full_;
    const bool pause = upstream_full_ || (!in_turn && input_.size() > kWaitingInput);
    if (pause == paused_) return;
    paused_ = pause;
    pause ? outside().pause(id()) : outside().resume(id());
}

// A head that could not be read at all: answered, and recorded with the offending bytes.
void ClientSession::refuse_bytes(const http1::Defect& defect, std::string_view bytes) {
    active_ = std::make_unique<Active>(outside().blank());
    Active& a = *active_;
    Exchange& exchange = *a.exchange;
    exchange.id = ExchangeId{++relay_.last_exchange_};
    exchange.client_connection = id();
    exchange.in_tunnel = in_tunnel_;
    if (tls_) exchange.scheme = "https";
    exchange.request.head =
        bytes.substr(0, std::min(bytes.size(), std::max<std::size_t>(defect.offset + 64, 1024)));
    exchange.timing.started = input_since_;
    exchange.timing.request_head = now();
    a.close_after = true;
    Fault fault = refused(Fault::Whose::Client, "request head", defect, bytes);
    const Refusal words = refusal_words(defect.status);
    answer({defect.status, words.code, words.headline,
            fault.what + " (" + fault.clause + ", at byte " + std::to_string(defect.offset) + ").", ""},
           std::move(fault));
}

}  // namespace why401
