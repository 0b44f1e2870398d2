#include "app/probe/line.h"

#include <algorithm>
#include <utility>

#include "certs/tls_engine.h"
#include "wire/http1_framing.h"

namespace why401::probe {

namespace {

constexpr std::size_t kKeptBody = 1 << 20;
constexpr std::uint64_t kMostBody = 64u << 20;  ///< more is not waited for

Instant now() {
    using namespace std::chrono;
    const auto us = [](auto time) { return duration_cast<microseconds>(time.time_since_epoch()).count(); };
    return {us(system_clock::now()), us(steady_clock::now())};
}

}  // namespace

struct Line::Channel final : net::LinkOwner {
    explicit Channel(Trip& of) : trip(of), limit(of.loop), number(++of.lines) {}

    void open(std::vector<std::string> alpn) {
        const doctor::Place& place = trip.place;
        if (place.tls) engine = trip.tls->to_origin({place.host, place.authority, std::move(alpn)});
        const std::string host = trip.at ? trip.at->host : place.host;
        const std::uint16_t port = trip.at && trip.at->port != 0 ? trip.at->port : place.port;
        net::ConnectOptions options;
        options.time_limit = trip.limit;
        connecting = net::connect(trip.loop, host, port, options,
                                  [this](net::Connected result) { connected(std::move(result)); });
        wait("it did not finish the TLS handshake in time");
    }

    void connected(net::Connected result) {
        if (auto* failure = std::get_if<net::ConnectFailure>(&result)) {
            unreachable = std::move(*failure);
            return give_up(unreachable->what);
        }
        link = std::move(std::get<std::unique_ptr<net::Link>>(result));
        address = net::to_string(link->peer());
        link->start(*this);
        tell_opened();
        engine ? move_tls() : done();
    }

    // ---- waiting ----
    void wait(const std::string& too_late) {
        if (trip.stopped) return give_up("the probe was stopped");
        waiting = true;
        limit.after(trip.limit + std::chrono::seconds(1), [this, too_late] { give_up(too_late); });
        while (waiting && !trip.stopped) trip.loop.run();
        limit.cancel();
        if (std::exchange(waiting, false)) give_up("the probe was stopped");
    }
    void done() {
        waiting = false;
        trip.loop.stop();
    }
    /// Nothing more can be had here. The first reason counts.
    void give_up(const std::string& why) {
        if (trouble.empty()) trouble = why;
        if (engine && !tls) know_tls();
        tell_closed(link ? Closing{closed_by, how, now(), trouble} : Closing{});
        if (waiting) done();
    }

    // ---- bytes ----
    void on_bytes(net::Link&, std::string_view bytes) override {
        if (!engine) return take(bytes);
        engine->receive(bytes);
        move_tls();
    }
    void on_end(net::Link&) override {
        if (engine) {
            engine->peer_ended();
            move_tls();
        }
        closed_by = ClosedBy::Peer;
        if (waiting && answering && body.kind() == http1::BodyKind::UntilClose && answer.status != 0)
            complete();
        give_up("the server closed the connection");
    }
    void on_broken(net::Link&, const net::Broken& broken) override {
        closed_by = ClosedBy::Peer;
        how = broken.reset ? CloseKind::Reset : CloseKind::Fin;
        give_up(broken.reset ? "the server reset the connection" : broken.what);
    }
    void on_drained(net::Link&) override {}

    void move_tls() {
        char plain[16384];
        while (const std::size_t length = engine->read(plain, sizeof plain)) take({plain, length});
        if (engine->has_to_send() && link) link->send(engine->take_to_send());
        if (engine->phase() == certs::TlsEngine::Phase::Failed) {
            know_tls();
            if (!tls->refusal) tls->refusal = engine->failure();
            return give_up(engine->failure().what);
        }
        if (engine->phase() == certs::TlsEngine::Phase::Open && !std::exchange(secured, true)) {
            know_tls();
            tell_opened();
            done();
        }
    }
    void know_tls() { tls = engine->facts(); }

    // ---- one exchange ----
    void ask(const std::string& path, const std::string& authorization) {
        begin(path, authorization);
        if (!trouble.empty()) return;
        if (engine) {
            engine->write(exchange.request.head);
            link->send(engine->take_to_send());
        } else {
            link->send(exchange.request.head);
        }
    }
    Answer await() {
        if (answering && trouble.empty()) wait("it did not answer in time");
        if (answering) {
            answer.silence = trouble;
            finish(Outcome::Unfinished);
        }
        return std::move(answer);
    }

    void begin(const std::string& path, const std::string& authorization) {
        std::string head = "GET " + path + " HTTP/1.1\r\nHost: " + trip.place.authority +
                           "\r\nUser-Agent: why401-probe/" WHY401_VERSION "\r\nAccept: */*\r\n";
        if (!authorization.empty()) head += "Authorization: " + authorization + "\r\n";
        exchange.clear();
        exchange.id = static_cast<ExchangeId>(++trip.exchanges);
        exchange.client_connection = {Leg::Client, number};
        exchange.upstream_connection = {Leg::Upstream, number};
        exchange.scheme = trip.place.tls ? "https" : "http";
        exchange.authority = trip.place.authority;
        exchange.request = message_from_head(head + "\r\n", http1::HeadParser::Kind::Request);
        exchange.timing.started = exchange.timing.request_head = exchange.timing.forwarded = now();
        answer = {};
        answer.exchange = exchange.id;
        parser.reset();
        input.clear();
        answering = true;
    }

    void take(std::string_view bytes) {
        if (!answering) return;  // nobody asked: the next answer would not be one
        input.append(bytes);
        while (answering && answer.status == 0 && take_head()) {
        }
        if (answering && answer.status != 0) take_body();
    }

    /// Whether a head was taken, an interim one included.
    bool take_head() {
        const auto progress = parser.parse(input);
        if (progress == http1::Progress::NeedMore) return false;
        if (progress == http1::Progress::Refused) {
            give_up("its answer is not HTTP/1: " + std::string(parser.defect().what));
            return false;
        }
        const http1::Head head = parser.head();
        const auto framing = http1::response_framing(head, input, "GET");
        if (const auto* defect = std::get_if<http1::Defect>(&framing)) {
            give_up("its answer is malformed: " + std::string(defect->what));
            return false;
        }
        std::string text = input.substr(0, head.end);
        input.erase(0, head.end);
        parser.reset();
        if (head.status < 200) {
            exchange.interim.push_back(std::move(text));
            return true;
        }
        keeps = http1::keeps_connection(head, text);
        exchange.response = message_from_head(std::move(text), http1::HeadParser::Kind::Response);
        exchange.timing.response_head = now();
        exchange.status = answer.status = head.status;
        body = http1::BodyReader(std::get<http1::Framing>(framing));
        return true;
    }

    void take_body() {
        Body& kept = exchange.response.body;
        while (!body.done() && !input.empty()) {
            const auto step = body.read(input);
            if (kept.kept.size() < kKeptBody)
                kept.kept.append(input, step.payload_begin, step.payload_length);
            input.erase(0, step.consumed);
            if (step.defect) return give_up("its answer is malformed: " + std::string(step.defect->what));
        }
        kept.length = body.payload_bytes();
        if (kept.length > kMostBody) return give_up("its answer does not end");
        if (body.done()) complete();
    }

    void complete() {
        finish(Outcome::Complete);
        if (!keeps || body.kind() == http1::BodyKind::UntilClose) {
            trouble = "the server said that it closes the connection";
            closed_by = ClosedBy::Peer;
        }
        if (waiting) done();
    }

    void finish(Outcome outcome) {
        answering = false;
        exchange.outcome = outcome;
        exchange.timing.ended = now();
        if (outcome != Outcome::Complete)
            exchange.fault = Fault{Fault::Whose::Upstream, "response head", answer.silence, "", {}, ""};
        answer.response = exchange.response;
        answer.timing = exchange.timing;
        trip.record.emplace_back(exchange);
    }

    // ---- the record's connections: as a proxy that keeps one for one would have them ----
    Connection known(Leg leg) const {
        Connection one;
        one.id = {leg, number};
        one.opened = opened;
        if (leg == Leg::Client) {
            one.peer = "why401 probe";
            return one;
        }
        one.local = net::to_string(link->local());
        one.peer = address;
        one.origin = trip.place.host + ":" + std::to_string(trip.place.port);
        one.opened_for = {Leg::Client, number};
        if (tls) one.tls = std::make_shared<const TlsFacts>(*tls);
        return one;
    }
    void tell_opened() {
        if (!std::exchange(told, true)) {
            opened = now();
            trip.record.emplace_back(known(Leg::Client));
        }
        trip.record.emplace_back(known(Leg::Upstream));
    }
    void tell_closed(const Closing& closing) {
        if (!told || std::exchange(told_closed, true)) return;
        for (const Leg leg : {Leg::Upstream, Leg::Client}) {
            Connection one = known(leg);
            one.closing = closing;
            if (leg == Leg::Client) one.closing->by = ClosedBy::Us;
            trip.record.emplace_back(std::move(one));
        }
    }

    Trip& trip;
    net::Timer limit;
    const std::uint64_t number;
    std::unique_ptr<certs::TlsEngine> engine;
    std::unique_ptr<net::Connecting> connecting;
    std::unique_ptr<net::Link> link;
    std::optional<net::ConnectFailure> unreachable;
    std::optional<TlsFacts> tls;
    std::string address, trouble;
    bool waiting = false, secured = false, answering = false, keeps = true, told = false, told_closed = false;
    ClosedBy closed_by = ClosedBy::Us;
    CloseKind how = CloseKind::Fin;
    Instant opened;
    Exchange exchange;
    Answer answer;
    http1::HeadParser parser{http1::HeadParser::Kind::Response};
    http1::BodyReader body;
    std::string input;
};

Line::Line(Trip& trip, std::vector<std::string> alpn) : channel_(std::make_unique<Channel>(trip)) {
    channel_->open(std::move(alpn));
}

Line::~Line() {
    if (!channel_->link) return;
    channel_->tell_closed({channel_->closed_by, channel_->how, now(), "the probe was done with it"});
}

bool Line::stands() const { return channel_->trouble.empty(); }
const std::optional<net::ConnectFailure>& Line::unreachable() const { return channel_->unreachable; }
const std::string& Line::trouble() const { return channel_->trouble; }
const std::optional<TlsFacts>& Line::tls() const { return channel_->tls; }
const std::string& Line::address() const { return channel_->address; }
std::string Line::name() const { return to_string(ConnectionId{Leg::Client, channel_->number}); }

Answer Line::get(const std::string& path, const std::string& authorization) {
    channel_->ask(path, authorization);
    return channel_->await();
}

std::vector<Answer> Line::get_at_once(const std::vector<std::unique_ptr<Line>>& lines,
                                      const std::string& path) {
    std::vector<Answer> answers;
    for (const auto& line : lines) line->channel_->ask(path, {});
    for (const auto& line : lines) answers.push_back(line->channel_->await());
    return answers;
}

}  // namespace why401::probe
