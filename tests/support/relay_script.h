#pragma once
// A scripted world around the relay machine: tests say what arrives and look at what was sent, opened, closed
// and journalled. It refuses nonsense by itself: bytes for a connection that is not open, an id closed twice,
// an exchange left unfinished, an upstream connection that nobody closed.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/machine/relay.h"
#include "record/record_item.h"

namespace why401::test {

inline RelayOptions with_policy(std::string_view name) {
    RelayOptions options;
    const auto policy = parse_policy(name);
    EXPECT_TRUE(policy.has_value()) << name;
    if (policy) options.policy = *policy;
    return options;
}

inline FaultSet faults(std::initializer_list<std::string_view> names) {
    FaultSet set;
    for (const std::string_view name : names) EXPECT_TRUE(set.enable(name)) << name;
    return set;
}

inline RelayOptions with_fault(std::string_view name, std::string_view policy = "affinity") {
    RelayOptions options = with_policy(policy);
    options.faults = faults({name});
    return options;
}

class Script : public Outside {
public:
    enum class Stage { Opening, Open, Failed, Closed };
    struct Wire {
        Stage stage = Stage::Open;
        NextHop hop;
        std::string sent;
        std::size_t taken = 0;  ///< of `sent`, by take()
        bool paused = false, finished = false;
        bool peer_finished = false, peer_gone = false;  ///< what the peer did: nothing comes from it any more
        std::optional<CloseHow> closed;
        std::optional<TlsToServer> to_server;
        std::optional<TlsToClient> to_client;
        std::string hello;           ///< what the client's TLS had sent by then
        std::size_t before_tls = 0;  ///< of `sent`
    };

    explicit Script(RelayOptions options = {}) : relay(std::move(options), *this) {}
    ~Script() override {
        if (!ended_) end();
    }

    // ---- what happens ----
    ConnectionId client() {
        const ConnectionId id = relay.client_accepted({"127.0.0.1:8401", "127.0.0.1:50000"}, now);
        wires[id] = {};
        return id;
    }
    Script& from(ConnectionId id, std::string_view bytes) {
        if (alive(id) && !wires[id].peer_finished) relay.bytes(id, bytes, now);
        return settle();
    }
    Script& fin(ConnectionId id) {
        if (!alive(id) || std::exchange(wires[id].peer_finished, true)) return *this;
        relay.ended(id, now);
        return settle();
    }
    Script& rst(ConnectionId id) {
        if (!alive(id)) return *this;
        wires[id].peer_gone = true;
        relay.broken(id, true, "Connection reset by peer", now);
        return settle();
    }
    Script& drained(ConnectionId id) {
        queued.erase(id);
        if (alive(id)) relay.drained(id, now);
        return settle();
    }
    Script& later(std::int64_t milliseconds) {
        now.steady_us += milliseconds * 1000;
        now.wall_us += milliseconds * 1000;
        relay.tick(now);
        return settle();
    }
    Script& intercept(std::vector<std::string> hosts, std::vector<std::string> tunnel = {}) {
        relay.set(Interception{std::move(hosts), std::move(tunnel)}, now);
        return settle();
    }
    Script& set(std::string_view policy, FaultSet with = {}) {
        relay.set(*parse_policy(policy), std::move(with), now);
        return settle();
    }
    /// Answers the openings that wait, unless told to hold them.
    Script& settle() {
        while (settle_openings() || settle_handshakes()) {
        }
        return *this;
    }
    bool settle_openings() {
        if (openings.empty() || hold_connects) return false;
        while (!openings.empty() && !hold_connects) {
            const ConnectionId id = openings.front();
            openings.pop_front();
            if (wires[id].stage != Stage::Opening) continue;
            if (fail_connects > 0) {
                --fail_connects;
                wires[id].stage = Stage::Failed;
                relay.connect_failed(id, trouble, now);
            } else {
                wires[id].stage = Stage::Open;
                const auto address = addresses.find(wires[id].hop.host);
                relay.connected(
                    id, {"127.0.0.1:60000", address == addresses.end() ? "192.0.2.1:80" : address->second},
                    now);
            }
        }
        return true;
    }
    /// TLS stands, or not, as the test says; unless it is told to hold.
    bool settle_handshakes() { return !handshakes.empty() && !hold_handshakes && settle_handshakes_once(); }
    bool settle_handshakes_once() {
        const ConnectionId id = handshakes.front();
        handshakes.pop_front();
        if (wires[id].stage != Stage::Open) return true;
        const auto& facts = id.leg == Leg::Client ? client_tls : server_tls;
        auto told = std::make_shared<const TlsFacts>(facts);
        facts.refusal ? relay.not_secured(id, told, now) : relay.secured(id, told, now);
        return true;
    }
    /// Stops the proxy and looks whether all ends are tied.
    void end() {
        ended_ = true;
        relay.close_all(now);
        settle();
        for (const auto& [id, wire] : wires)
            EXPECT_TRUE(wire.stage == Stage::Closed || wire.stage == Stage::Failed)
                << to_string(id) << " leaks";
        check_journal();
    }

    /// The test has looked at the end by itself.
    void give_up() { ended_ = true; }

    // ---- what came of it ----
    bool alive(ConnectionId id) const {
        const auto found = wires.find(id);
        return found != wires.end() && found->second.stage == Stage::Open && !found->second.peer_gone;
    }
    bool closed(ConnectionId id) const { return wires.at(id).closed.has_value(); }
    bool was_reset(ConnectionId id) const { return wires.at(id).closed == CloseHow::Reset; }
    bool paused(ConnectionId id) const { return wires.at(id).paused; }
    bool finished(ConnectionId id) const { return wires.at(id).finished; }
    const std::string& sent(ConnectionId id) const { return wires.at(id).sent; }
    /// What was sent on it since the last time somebody asked.
    std::string take(ConnectionId id) {
        Wire& wire = wires.at(id);
        std::string fresh = wire.sent.substr(wire.taken);
        wire.taken = wire.sent.size();
        return fresh;
    }
    std::size_t opened() const { return static_cast<std::size_t>(relay.upstreams_seen()); }
    /// The upstream connection opened last.
    ConnectionId upstream() const { return {Leg::Upstream, relay.upstreams_seen()}; }
    static ConnectionId u(std::uint64_t n) { return {Leg::Upstream, n}; }
    /// Upstream connections that are open or opening.
    std::vector<ConnectionId> open_upstreams() const {
        std::vector<ConnectionId> open;
        for (const auto& [id, wire] : wires)
            if (id.leg == Leg::Upstream && (wire.stage == Stage::Open || wire.stage == Stage::Opening))
                open.push_back(id);
        return open;
    }
    /// The upstream connection that the exchange with this number, which has ended, went out on last.
    std::optional<ConnectionId> carried(std::uint64_t wanted) const {
        const auto all = exchanges();
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const Exchange& e) { return number(e.id) == wanted; });
        return found == all.end() ? std::nullopt : found->upstream_connection;
    }
    template <class Event>
    std::vector<Event> events() const {
        std::vector<Event> found;
        for (const JournalEvent& event : journal)
            if (const auto* e = std::get_if<Event>(&event)) found.push_back(*e);
        return found;
    }
    /// The exchanges that have ended, in order of id.
    std::vector<Exchange> exchanges() const {
        std::vector<Exchange> all;
        for (const JournalEvent& event : journal)
            if (const auto* e = std::get_if<ExchangeFinished>(&event)) all.push_back(*e->exchange);
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
        return all;
    }
    Exchange exchange(std::uint64_t wanted) const {
        for (Exchange& e : exchanges())
            if (number(e.id) == wanted) return e;
        ADD_FAILURE() << "no exchange " << wanted;
        return {};
    }
    /// Connections that became opaque.
    std::size_t tunnelled() const {
        const auto all = events<ConnectionFacts>();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [](const ConnectionFacts& c) { return c->tunnel && !c->closing; }));
    }
    bool injected(std::string_view fault) const {
        const auto all = exchanges();
        return std::any_of(all.begin(), all.end(), [&](const Exchange& e) {
            return std::find(e.injected.begin(), e.injected.end(), fault) != e.injected.end();
        });
    }

    // ---- Outside ----
    void open(ConnectionId id, const NextHop& hop) override {
        EXPECT_FALSE(wires.count(id)) << to_string(id) << " is opened twice";
        wires[id].stage = Stage::Opening;
        wires[id].hop = hop;
        openings.push_back(id);
    }
    std::size_t send(ConnectionId id, std::string_view bytes) override {
        Wire& wire = wires[id];
        EXPECT_TRUE(wire.stage == Stage::Open) << "bytes for " << to_string(id) << ", which is not open";
        EXPECT_FALSE(wire.finished) << "bytes behind the FIN of " << to_string(id);
        EXPECT_FALSE(bytes.empty()) << "an empty write costs a system call";
        wire.sent += bytes;
        if (id.leg == Leg::Upstream) asked = id;
        const auto found = queued.find(id);
        return found == queued.end() ? 0 : found->second;
    }
    void pause(ConnectionId id) override {
        expect_open(id, "pause");
        EXPECT_FALSE(std::exchange(wires[id].paused, true)) << to_string(id) << " is paused twice";
    }
    void resume(ConnectionId id) override {
        expect_open(id, "resume");
        EXPECT_TRUE(std::exchange(wires[id].paused, false)) << to_string(id) << " was not paused";
    }
    void secure(ConnectionId id, const TlsToServer& wish) override {
        expect_open(id, "secure");
        EXPECT_TRUE(wires[id].sent.empty() || wires[id].hop.is_proxy) << "TLS begins after plain text";
        wires[id].to_server = wish;
        wires[id].before_tls = wires[id].sent.size();
        handshakes.push_back(id);
    }
    void secure(ConnectionId id, const TlsToClient& wish, std::string_view received) override {
        expect_open(id, "secure");
        wires[id].to_client = wish;
        wires[id].hello = received;
        handshakes.push_back(id);
    }
    void finish(ConnectionId id) override {
        expect_open(id, "finish");
        wires[id].finished = true;
    }
    void close(ConnectionId id, CloseHow how) override {
        Wire& wire = wires[id];
        EXPECT_TRUE(wire.stage == Stage::Open || wire.stage == Stage::Opening)
            << to_string(id) << " is closed though it is gone";
        wire.stage = Stage::Closed;
        wire.closed = how;
    }
    void record(JournalEvent event) override { journal.push_back(std::move(event)); }

    // ---- settings of the world ----
    bool hold_connects = false;
    std::map<std::string, std::string> addresses;  ///< of hosts that are not at 192.0.2.1:80
    int fail_connects = 0;                         ///< so many of the next openings fail
    ConnectTrouble trouble{ConnectTrouble::Kind::Connect, "Connection refused"};
    std::map<ConnectionId, std::size_t> queued;  ///< what send() reports for a connection

    ConnectionId asked;  ///< the upstream connection that got bytes last
    Instant now{1'000'000'000, 1'000'000};
    std::map<ConnectionId, Wire> wires;
    std::deque<ConnectionId> openings, handshakes;
    bool hold_handshakes = false;
    TlsFacts server_tls, client_tls;  ///< how handshakes end: with a refusal they fail
    std::vector<JournalEvent> journal;
    Relay relay;

private:
    void expect_open(ConnectionId id, std::string_view what) {
        EXPECT_TRUE(wires[id].stage == Stage::Open)
            << what << " of " << to_string(id) << ", which is not open";
    }

    // Every connection that opens closes, every exchange ends once, and the edits in the record lead to what
    // was sent.
    void check_journal() const {
        std::map<ConnectionId, bool> closes;
        for (const ConnectionFacts& facts : events<ConnectionFacts>()) {
            const Connection& connection = *facts;
            const auto [known, opens] = closes.emplace(connection.id, false);
            EXPECT_NE(opens, connection.closing.has_value() || connection.tunnel || connection.tls)
                << to_string(connection.id);
            EXPECT_FALSE(known->second) << to_string(connection.id) << " is told of after its end";
            known->second = connection.closing.has_value();
        }
        for (const auto& [id, closed] : closes) EXPECT_TRUE(closed) << to_string(id) << " never closes";
        const std::vector<Exchange> all = exchanges();
        EXPECT_EQ(all.size(), relay.exchanges()) << "an exchange never ends";
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(number(all[i].id), i + 1) << "an exchange ends twice, or never";
            check_heads(all[i]);
        }
    }
    void check_heads(const Exchange& e) const {
        const bool went =
            e.upstream_connection && e.timing.forwarded != Instant{} && e.request.method() != "CONNECT";
        if (went && e.outcome != Outcome::Refused && wires.count(*e.upstream_connection)) {
            EXPECT_NE(
                wires.at(*e.upstream_connection).sent.find(forwarded_head(e.request.head, e.request_edits)),
                std::string::npos)
                << "exchange " << number(e.id) << ": the recorded edits do not lead to what was sent";
        }
        const bool came = e.client_connection && e.response.exists() && e.outcome != Outcome::Abandoned;
        if (came && wires.count(*e.client_connection)) {
            EXPECT_NE(
                wires.at(*e.client_connection).sent.find(forwarded_head(e.response.head, e.response_edits)),
                std::string::npos)
                << "exchange " << number(e.id) << ": the client did not get the recorded response";
        }
    }

    bool ended_ = false;
};

/// The status line's code of the first response in these bytes; 0 when there is none.
inline int status_of(std::string_view response) {
    if (!response.starts_with("HTTP/1.") || response.size() < 12) return 0;
    return std::atoi(std::string(response.substr(9, 3)).c_str());
}

inline std::string get(std::string_view path = "/", std::string_view fields = "") {
    return "GET http://web01" + std::string(path) + " HTTP/1.1\r\nHost: web01\r\n" + std::string(fields) +
           "\r\n";
}
/// What the server gets of it.
inline std::string got(std::string_view path = "/", std::string_view fields = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: web01\r\n" + std::string(fields) + "\r\n";
}
inline std::string authorization(std::string_view value) {
    return "Authorization: " + std::string(value) + "\r\n";
}
inline std::string ok(std::string_view body = "hello", std::string_view fields = "") {
    return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}
inline std::string unauthorized(std::string_view challenge, std::string_view fields = "") {
    return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + std::string(challenge) + "\r\n" +
           std::string(fields) + "Content-Length: 4\r\n\r\nnope";
}

}  // namespace why401::test
