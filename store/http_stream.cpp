#include "store/http_stream.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <variant>

#include "wire/ascii.h"
#include "wire/tls_hello.h"

namespace why401 {
namespace {

using http1::Progress;

constexpr std::size_t kMostPipelined = 1'000;
constexpr std::size_t kMostUnasked = 1u << 20;  // of an answer whose request has not been seen
constexpr std::string_view kHttp2 = "PRI * HTTP/2.0\r\n";

bool is_method(std::string_view bytes) {
    const std::size_t blank = std::min(bytes.find(' '), bytes.size());
    return blank > 0 && blank < 24 &&
           std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(blank),
                       [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
}

}  // namespace

HttpStream::HttpStream(std::string name, std::string client, std::string server, TraceRecord& record,
                       StreamCensus& census)
    : name_(std::move(name)),
      client_(std::move(client)),
      server_(std::move(server)),
      record_(record),
      census_(census) {}

/// What the capture did not see the end of.
HttpStream::~HttpStream() {
    count_unasked();
    while (!waiting_.empty()) complete(Outcome::Unfinished, 0);
}

void HttpStream::count_unasked() {
    const bool unasked = kind_ == Kind::Http && waiting_.empty() && !from_server_.buffer.empty();
    if (unasked && !std::exchange(headless_, true)) ++census_.headless;
}

Connection& HttpStream::end(Leg leg) { return record_.connection(leg, name_); }

void HttpStream::stop() {
    kind_ = Kind::Closed;
    from_client_.buffer = {};
    from_server_.buffer = {};
}

void HttpStream::decide(std::string_view first) {
    if (first.size() >= 3 && first[0] == '\x16' && first[1] == '\x03') {
        ++census_.tls;
        tls::ClientHello hello;
        tls::read_client_hello(first, hello);
        if (census_.tls_name.empty()) census_.tls_name = hello.server_name;
        return stop();
    }
    if (first.substr(0, kHttp2.size()) == kHttp2.substr(0, first.size()) && first.size() >= 4) {
        ++census_.http2;
        return stop();
    }
    if (!is_method(first)) {
        ++census_.other;
        return stop();
    }
    ++census_.http;
    kind_ = Kind::Http;
}

void HttpStream::bytes(bool from_client, std::string_view bytes, std::int64_t time_us) {
    if (kind_ == Kind::Unknown) {
        // A capture that began in the middle may show an answer first.
        if (!from_client && bytes.substr(0, 5) == "HTTP/") {
            if (!std::exchange(headless_, true)) ++census_.headless;
            return;
        }
        if (!from_client) return;
        decide(bytes);
    }
    if (kind_ != Kind::Http) return;
    (from_client ? from_client_ : from_server_).buffer.append(bytes);
    if (from_client) read_requests(time_us);
    if (kind_ == Kind::Http) read_responses(time_us);
}

bool HttpStream::read_body(Side& side, Body& into, bool keep) {
    std::string_view rest = side.buffer;
    bool done = side.body->done();
    while (!rest.empty() && !done) {
        const auto step = side.body->read(rest);
        if (step.defect) {
            refuse(*step.defect);
            return false;
        }
        into.length += step.payload_length;
        if (keep && into.kept.size() < kKeptPage)
            into.kept.append(
                rest.substr(step.payload_begin, std::min(step.payload_length, kKeptPage - into.kept.size())));
        rest.remove_prefix(step.consumed);
        done = step.done;
        if (step.consumed == 0) break;
    }
    side.buffer.erase(0, side.buffer.size() - rest.size());
    if (done) side.body.reset();
    return done;
}

void HttpStream::read_requests(std::int64_t time_us) {
    while (kind_ == Kind::Http) {
        if (from_client_.body) {
            if (waiting_.empty()) return stop();
            if (!read_body(from_client_, waiting_.back().request.body, false)) return;
        }
        if (from_client_.buffer.empty() || !take_request(time_us)) return;
    }
}

bool HttpStream::take_request(std::int64_t time_us) {
    const Progress progress = from_client_.parser.parse(from_client_.buffer);
    if (progress == Progress::NeedMore) return false;
    if (progress == Progress::Refused) {
        refuse(from_client_.parser.defect());
        return false;
    }
    if (waiting_.size() >= kMostPipelined) return stop(), false;
    Exchange exchange;
    exchange.request.parsed = from_client_.parser.take_head();
    exchange.request.head = from_client_.buffer.substr(0, exchange.request.parsed.end);
    from_client_.buffer.erase(0, exchange.request.parsed.end);
    from_client_.parser.reset();
    if (const auto url = trace_url(exchange.request.target())) {
        exchange.scheme = url->scheme;
        exchange.authority = url->authority;
    } else {
        const bool connect = exchange.request.method() == "CONNECT";
        const std::string_view host = connect ? exchange.request.target() : value(exchange.request, "Host");
        exchange.authority =
            connect ? std::string(host) : trace_url("http://" + std::string(host))->authority;
        if (exchange.authority.empty()) exchange.authority = server_;
    }
    for (const Leg leg : {Leg::Client, Leg::Upstream}) {
        Connection& connection = end(leg);
        if (connection.peer.empty()) {
            connection.peer = leg == Leg::Client ? client_ : server_;
            connection.opened = instant(time_us);
            if (leg == Leg::Upstream) connection.origin = server_;
        }
        (leg == Leg::Client ? exchange.client_connection : exchange.upstream_connection) = connection.id;
    }
    exchange.timing.started = exchange.timing.request_head = exchange.timing.forwarded = instant(time_us);
    const auto framing = http1::request_framing(exchange.request.parsed, exchange.request.head);
    waiting_.push_back(std::move(exchange));
    if (const auto* defect = std::get_if<http1::Defect>(&framing)) {
        refuse(*defect);
        return false;
    }
    from_client_.body.emplace(std::get<http1::Framing>(framing));
    return true;
}

void HttpStream::read_responses(std::int64_t time_us) {
    while (kind_ == Kind::Http) {
        if (from_server_.body) {
            if (waiting_.empty()) return stop();
            Exchange& exchange = waiting_.front();
            if (!read_body(from_server_, exchange.response.body, exchange.status >= 400)) return;
            complete(Outcome::Complete, time_us);
        }
        if (from_server_.buffer.empty() || !take_response(time_us)) return;
    }
}

bool HttpStream::take_response(std::int64_t time_us) {
    // Its request may still come: captures reorder the two directions. Else the capture lacks it.
    if (waiting_.empty()) {
        if (from_server_.buffer.size() > kMostUnasked) stop();
        return false;
    }
    const Progress progress = from_server_.parser.parse(from_server_.buffer);
    if (progress == Progress::NeedMore) return false;
    if (progress == Progress::Refused) {
        refuse(from_server_.parser.defect());
        return false;
    }
    Message message;
    message.parsed = from_server_.parser.take_head();
    message.head = from_server_.buffer.substr(0, message.parsed.end);
    from_server_.buffer.erase(0, message.parsed.end);
    from_server_.parser.reset();
    Exchange& exchange = waiting_.front();
    const int status = message.parsed.status;
    if (status / 100 == 1 && status != 101) {
        exchange.interim.push_back(std::move(message.head));
        return true;
    }
    exchange.response = std::move(message);
    exchange.status = status;
    exchange.timing.response_head = instant(time_us);
    const bool tunnel = status == 101 || (exchange.request.method() == "CONNECT" && status / 100 == 2);
    if (tunnel) {
        complete(Outcome::Tunnelled, time_us);
        stop();
        return false;
    }
    const auto framing =
        http1::response_framing(exchange.response.parsed, exchange.response.head, exchange.request.method());
    if (const auto* defect = std::get_if<http1::Defect>(&framing)) {
        refuse(*defect);
        return false;
    }
    from_server_.body.emplace(std::get<http1::Framing>(framing));
    if (!from_server_.body->done()) return true;
    from_server_.body.reset();
    complete(Outcome::Complete, time_us);
    return true;
}

void HttpStream::complete(Outcome outcome, std::int64_t time_us) {
    if (waiting_.empty()) return;
    Exchange& exchange = waiting_.front();
    const std::int64_t least =
        std::max(exchange.timing.started.wall_us, exchange.timing.response_head.wall_us);
    exchange.timing.ended = instant(std::max(time_us, least));
    exchange.outcome = outcome;
    record_.add(std::move(exchange));
    waiting_.pop_front();
}

void HttpStream::refuse(const http1::Defect& defect) {
    if (++census_.refused == 1)
        census_.first_refusal = client_ + " to " + server_ + ": " + std::string(defect.what);
    while (!waiting_.empty()) complete(Outcome::Broken, 0);
    stop();
}

void HttpStream::hole(bool, std::uint64_t size) {
    if (kind_ == Kind::Unknown) return stop();
    if (++census_.holes == 1)
        census_.first_hole = client_ + " to " + server_ + ", " + std::to_string(size) + " bytes";
    while (!waiting_.empty())
        complete(waiting_.front().status != 0 ? Outcome::Complete : Outcome::Unfinished, 0);
    stop();
}

void HttpStream::ends(bool from_client, bool reset, std::int64_t time_us) {
    if (kind_ == Kind::Http && !from_client && !waiting_.empty()) {
        const bool until_close =
            from_server_.body && from_server_.body->kind() == http1::BodyKind::UntilClose;
        const bool answered = waiting_.front().status != 0;
        complete(answered && until_close && !reset ? Outcome::Complete : Outcome::Broken, time_us);
        from_server_.body.reset();
    }
    if (record_.knows(Leg::Client, name_) && !closed_) {
        closed_ = true;
        Connection& closed = end(from_client ? Leg::Client : Leg::Upstream);
        closed.closing =
            Closing{ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, instant(time_us), ""};
    }
    if (reset || (!from_client && waiting_.empty())) {
        count_unasked();
        while (!waiting_.empty()) complete(Outcome::Broken, time_us);
        stop();
    }
}

}  // namespace why401
