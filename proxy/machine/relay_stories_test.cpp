// Stories told to the relay in every way they can reach it: whole, byte by byte, split at random places; and
// with something breaking at every step. However the bytes arrive, what is sent and recorded is the same;
// whatever breaks, nothing leaks and every exchange ends (Script looks at that).

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

struct Line {
    enum Who { Client, Server, ClientFin, ServerFin, ServerRst, Later, SetPolicy } who;
    std::uint64_t number = 1;  ///< of the connection; of Later the milliseconds
    std::string bytes;         ///< of SetPolicy its name
};

struct Story {
    std::string name;
    std::vector<Line> lines;
    RelayOptions options = {};
};

Line client(std::string bytes, std::uint64_t n = 1) { return {Line::Client, n, std::move(bytes)}; }
Line server(std::string bytes, std::uint64_t n = 1) { return {Line::Server, n, std::move(bytes)}; }

std::string post(const std::string& body, const std::string& fields = "") {
    return "POST http://web01/p HTTP/1.1\r\nHost: web01\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string kChunked =
    "Transfer-Encoding: chunked\r\n\r\n4;x=\"y\"\r\nwiki\r\n5\r\npedia\r\n0\r\nT: 1\r\n\r\n";
const std::string kUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

RelayOptions behind_parent() {
    RelayOptions options;
    options.route = [](const std::string&, std::uint16_t) {
        Route route;
        route.hop = {"parent", 3128, true, "proxy parent:3128"};
        return route;
    };
    return options;
}

std::vector<Line> login(std::uint64_t c = 1, std::uint64_t u = 1) {
    return {client(get("/"), c),
            server(unauthorized("NTLM"), u),
            client(get("/", authorization(ntlm_negotiate())), c),
            server(unauthorized(ntlm_challenge()), u),
            client(get("/", authorization(ntlm_authenticate())), c),
            server(ok("welcome"), u),
            client(get("/logo.png"), c),
            server(ok("logo"), u)};
}

std::vector<Story> stories() {
    std::vector<Story> all;
    all.push_back({"two gets", {client(get("/1")), server(ok("one")), client(get("/2")), server(ok("two"))}});
    all.push_back(
        {"pipelined",
         {client(get("/1") + post("abc") + get("/3")), server(ok("1")), server(ok("2")), server(ok("3"))}});
    all.push_back({"chunked both ways",
                   {client("POST http://web01/ HTTP/1.1\r\nHost: web01\r\n" + kChunked),
                    server("HTTP/1.1 200 OK\r\n" + kChunked), client(get()), server(ok())}});
    all.push_back({"until close",
                   {client(get()), server("HTTP/1.0 200 OK\r\n\r\nsome body"), {Line::ServerFin, 1, ""}}});
    all.push_back({"interim",
                   {client(post("abc", "Expect: 100-continue\r\n")),
                    server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + ok()), client(get()),
                    server(ok())}});
    all.push_back({"early refusal",
                   {client("POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 8\r\n\r\nabc"),
                    server(unauthorized("NTLM")), client("defgh" + get("/2")), server(ok())}});
    all.push_back({"early refusal and leaving",
                   {client("POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 8\r\n\r\nabc"),
                    server(unauthorized("NTLM", "Connection: close\r\n")),
                    {Line::ServerRst, 1, ""},
                    client("defgh")}});
    all.push_back({"head, 204, 304",
                   {client("HEAD http://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n"),
                    server("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"), client(get()),
                    server("HTTP/1.1 204 No\r\n\r\n"), client(get()), server("HTTP/1.1 304 Same\r\n\r\n")}});
    all.push_back(
        {"stale connection",
         {client(get("/1")), server(ok()), client(get("/2")), {Line::ServerRst, 1, ""}, server(ok("2"), 2)}});
    all.push_back(
        {"malformed request", {client("GET http://web01/ HTTP/1.1\r\nHost: web01\r\nA B: c\r\n\r\n")}});
    all.push_back(
        {"malformed response", {client(get()), server("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")}});
    all.push_back({"login", login()});
    all.push_back({"login, connection lost", [] {
                       auto l = login();
                       l.push_back({Line::ServerFin, 1, ""});
                       return l;
                   }()});
    all.push_back({"login, lost with another alive", [] {
                       auto l = login();
                       for (Line& more : login(1, 2)) {
                           if (more.who == Line::Client)
                               for (std::size_t at; (at = more.bytes.find("web01")) != std::string::npos;)
                                   more.bytes.replace(at, 5, "web02");
                           l.push_back(more);
                       }
                       l.push_back({Line::ServerFin, 1, ""});
                       l.push_back(client(get("/again")));
                       return l;
                   }()});
    for (const char* policy : {"pooled/switch", "per-request", "auth-aware", "pooled/fifo", "like/squid"})
        all.push_back({std::string("two clients, ") + policy,
                       {client(get("/1")), server(ok("a")), client(get("/2"), 2), server(ok("b")),
                        server(ok("b"), 2), client(get("/3", authorization(kerberos_login()))),
                        server(ok("c"), 1), server(ok("c"), 2), server(ok("c"), 3), client(get("/4"), 2),
                        server(ok("d"), 2), server(ok("d"), 3), server(ok("d"), 4)},
                       with_policy(policy)});
    all.push_back({"switch in a login", [] {
                       auto l = login();
                       l.insert(l.begin() + 4, {Line::SetPolicy, 1, "pooled/switch"});
                       return l;
                   }()});
    all.push_back({"switch back and forth",
                   {client(get("/1")),
                    {Line::SetPolicy, 1, "pooled/lifo"},
                    server(ok()),
                    client(get("/2"), 2),
                    {Line::SetPolicy, 1, "affinity"},
                    server(ok()),
                    client(get("/3"), 2),
                    server(ok(), 2)}});
    for (const FaultText& fault : fault_texts()) {
        const std::string name =
            std::string(fault.name) + (fault.fault == FaultName::DelayAuthenticate ? ":500" : "");
        auto lines = login();
        lines.insert(lines.begin() + 5, {Line::Later, 600, ""});
        lines.insert(lines.begin() + 6, server(unauthorized("NTLM")));
        lines.push_back(server(ok("elsewhere"), 2));
        all.push_back({"fault " + name, lines, with_fault(name)});
    }
    const std::string connect = "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\n\r\n";
    all.push_back({"tls tunnel",
                   {client(connect),
                    client("\x16\x03\x01 hello"),
                    server("hello"),
                    client("GET / HTTP/1.1\r\n\r\n"),
                    {Line::ClientFin, 1, ""},
                    server("bye"),
                    {Line::ServerFin, 1, ""}}});
    all.push_back({"http in a tunnel",
                   {client(connect), client("GET /a HTTP/1.1\r\nHost: web01\r\n\r\n"), server(ok()),
                    client("GET /b HTTP/1.1\r\nHost: web01\r\n\r\n"), server(unauthorized("NTLM"))}});
    all.push_back(
        {"silent tunnel", {client(connect), {Line::Later, 1500, ""}, client("anything"), server("answer")}});
    all.push_back({"server first",
                   {client(connect), server("220 hi\r\n"), client("HELO\r\n"), {Line::ServerFin, 1, ""}}});
    all.push_back({"upgrade",
                   {client(get("/", kUpgrade)),
                    server("HTTP/1.1 101 Switching\r\n" + kUpgrade + "\r\nframe"),
                    client("frame back"),
                    {Line::ServerFin, 1, ""},
                    client("last"),
                    {Line::ClientFin, 1, ""}}});
    all.push_back({"parent proxy",
                   {client("CONNECT web01:80 HTTP/1.1\r\nHost: web01:80\r\n\r\n"),
                    server("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n"),
                    client("CONNECT web01:80 HTTP/1.1\r\nHost: web01:80\r\nProxy-Authorization: " +
                           ntlm_negotiate() + "\r\n\r\n"),
                    server("HTTP/1.1 200 OK\r\n\r\n"), client("GET /in HTTP/1.1\r\nHost: web01\r\n\r\n"),
                    server(ok()), client("GET /in2 HTTP/1.1\r\nHost: web01\r\n\r\n"), server(ok())},
                   behind_parent()});
    return all;
}

using Cut = std::function<std::vector<std::string>(const std::string&)>;

std::vector<std::string> whole(const std::string& bytes) { return {bytes}; }
std::vector<std::string> bytewise(const std::string& bytes) {
    std::vector<std::string> parts;
    for (const char c : bytes) parts.emplace_back(1, c);
    return parts;
}

void tell(Script& s, const Line& line, const Cut& cut) {
    const ConnectionId id{
        line.who == Line::Client || line.who == Line::ClientFin ? Leg::Client : Leg::Upstream, line.number};
    switch (line.who) {
        case Line::Client:
            while (!s.wires.count(id)) s.client();
            [[fallthrough]];
        case Line::Server:
            for (const std::string& part : cut(line.bytes)) s.from(id, part);
            break;
        case Line::ClientFin:
        case Line::ServerFin: s.fin(id); break;
        case Line::ServerRst: s.rst(id); break;
        case Line::Later: s.later(static_cast<std::int64_t>(line.number)); break;
        case Line::SetPolicy: s.set(line.bytes); break;
    }
}

// All that can be seen from outside, as text.
std::string seen(Script& s) {
    std::string text;
    for (const auto& [id, wire] : s.wires) {
        text +=
            to_string(id) + (wire.closed ? *wire.closed == CloseHow::Reset ? " reset" : " closed" : " open");
        text += (wire.finished ? " finished\n" : "\n") + wire.sent + "\n----\n";
    }
    for (const Exchange& e : s.exchanges()) {
        // Of a head that was refused the record has what had arrived by then.
        const bool unread = e.fault && e.fault->stage == "request head";
        text += "E" + std::to_string(number(e.id)) + " outcome " +
                std::to_string(static_cast<int>(e.outcome)) + " status " + std::to_string(e.status) + " on " +
                (e.upstream_connection ? to_string(*e.upstream_connection) : "none") + "\n" +
                (unread ? "" : e.request.head) + e.request.body.kept + "\n" + e.response.head +
                e.response.body.kept + "\n";
        for (const std::string& interim : e.interim) text += interim;
        for (const std::string& injected : e.injected) text += "injected " + injected + "\n";
        for (const auto* edits : {&e.request_edits, &e.response_edits})
            for (const Edit& edit : *edits)
                text += std::to_string(edit.offset) + " " + edit.text + edit.because + "\n";
        if (e.fault) text += e.fault->stage + ": " + e.fault->what + " " + e.fault->clause + "\n";
        if (e.decision) text += e.decision->because + "\n";
    }
    return text;
}

std::string told(const Story& story, const Cut& cut) {
    Script s(story.options);
    for (const Line& line : story.lines) tell(s, line, cut);
    const std::string before_the_end = seen(s);
    s.end();
    return before_the_end;
}

TEST(RelayStories, AreTheSameByteByByte) {
    for (const Story& story : stories()) {
        SCOPED_TRACE(story.name);
        EXPECT_EQ(told(story, whole), told(story, bytewise));
    }
}

TEST(RelayStories, AreTheSameSplitAtRandomPlaces) {
    std::mt19937 random(20240607);
    const Cut cut = [&](const std::string& bytes) {
        std::vector<std::string> parts;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t length = std::min<std::size_t>(1 + random() % 60, bytes.size() - at);
            parts.push_back(bytes.substr(at, length));
            at += length;
        }
        return parts;
    };
    for (const Story& story : stories()) {
        SCOPED_TRACE(story.name);
        const std::string expected = told(story, whole);
        for (int round = 0; round < 10; ++round) ASSERT_EQ(expected, told(story, cut));
    }
}

TEST(RelayStories, EndWithEveryExchangeAnswered) {
    for (const Story& story : stories()) {
        SCOPED_TRACE(story.name);
        Script s(story.options);
        for (const Line& line : story.lines) tell(s, line, whole);
        EXPECT_FALSE(s.exchanges().empty());
        for (const Exchange& e : s.exchanges())
            EXPECT_NE(e.status == 0 && e.outcome == Outcome::Complete, true) << number(e.id);
    }
}

struct Accident {
    const char* name;
    std::function<void(Script&)> happens;
};

void to_all(Script& s, Leg leg, const std::function<void(ConnectionId)>& what) {
    std::vector<ConnectionId> ids;
    for (const auto& [id, wire] : s.wires)
        if (id.leg == leg) ids.push_back(id);
    for (const ConnectionId id : ids) what(id);
}

std::vector<Accident> accidents() {
    return {
        {"upstream FIN", [](Script& s) { to_all(s, Leg::Upstream, [&](ConnectionId id) { s.fin(id); }); }},
        {"upstream RST", [](Script& s) { to_all(s, Leg::Upstream, [&](ConnectionId id) { s.rst(id); }); }},
        {"client FIN", [](Script& s) { to_all(s, Leg::Client, [&](ConnectionId id) { s.fin(id); }); }},
        {"client RST", [](Script& s) { to_all(s, Leg::Client, [&](ConnectionId id) { s.rst(id); }); }},
        {"FIN on both sides",
         [](Script& s) {
             to_all(s, Leg::Client, [&](ConnectionId id) { s.fin(id); });
             to_all(s, Leg::Upstream, [&](ConnectionId id) { s.fin(id); });
         }},
        {"FIN, then RST of the server",
         [](Script& s) {
             to_all(s, Leg::Upstream, [&](ConnectionId id) { s.fin(id); });
             to_all(s, Leg::Upstream, [&](ConnectionId id) { s.rst(id); });
         }},
        {"the next connection fails", [](Script& s) { s.fail_connects = 1; }},
        {"all connections fail from now on", [](Script& s) { s.fail_connects = 1000; }},
        {"connections take for ever", [](Script& s) { s.hold_connects = true; }},
        {"an hour passes", [](Script& s) { s.later(3'600'000); }},
        {"the policy is switched", [](Script& s) { s.set("pooled/switch"); }},
        {"the policy is switched back", [](Script& s) { s.set("pooled/lifo").set("affinity"); }},
        {"per-request", [](Script& s) { s.set("per-request"); }},
        {"all faults go on",
         [](Script& s) {
             FaultSet all;
             for (const FaultText& text : fault_texts())
                 all.enable(std::string(text.name) +
                            (text.fault == FaultName::DelayAuthenticate ? ":50" : ""));
             s.set("affinity", all);
         }},
        {"drain", [](Script& s) { s.relay.drain(s.now); }},
        {"close_all", [](Script& s) { s.relay.close_all(s.now); }},
        {"garbage from the server",
         [](Script& s) { to_all(s, Leg::Upstream, [&](ConnectionId id) { s.from(id, "\0\x01junk"); }); }},
        {"garbage from the client",
         [](Script& s) {
             to_all(s, Leg::Client, [&](ConnectionId id) { s.from(id, "\0\x01junk\r\n\r\n"); });
         }},
        {"everybody is full",
         [](Script& s) {
             for (const auto& [id, wire] : s.wires) s.queued[id] = 10 << 20;
         }},
    };
}

TEST(RelayStories, SurviveEveryAccidentAtEveryStep) {
    for (const Story& story : stories()) {
        for (const Accident& accident : accidents()) {
            for (std::size_t step = 0; step <= story.lines.size(); ++step) {
                for (const bool in_the_middle : {false, true}) {
                    SCOPED_TRACE(story.name + ", " + accident.name + " at step " + std::to_string(step) +
                                 (in_the_middle ? " in the middle" : ""));
                    Script s(story.options);
                    for (std::size_t i = 0; i < story.lines.size(); ++i) {
                        const std::string& bytes = story.lines[i].bytes;
                        const Cut halves = [](const std::string& b) {
                            return std::vector<std::string>{b.substr(0, b.size() / 2),
                                                            b.substr(b.size() / 2)};
                        };
                        if (i != step) {
                            tell(s, story.lines[i], halves);
                        } else if (!in_the_middle || bytes.size() < 2 ||
                                   story.lines[i].who == Line::SetPolicy) {
                            accident.happens(s);
                            tell(s, story.lines[i], halves);
                        } else {
                            tell(s, story.lines[i], [](const std::string& b) {
                                return std::vector<std::string>{b.substr(0, b.size() / 2)};
                            });
                            accident.happens(s);
                            tell(s, story.lines[i], [](const std::string& b) {
                                return std::vector<std::string>{b.substr(b.size() / 2)};
                            });
                        }
                    }
                    if (step == story.lines.size()) accident.happens(s);
                    s.later(200).end();
                    if (::testing::Test::HasFailure()) return;
                }
            }
        }
    }
}

TEST(RelayStories, SurviveTwoAccidentsAtRandom) {
    std::mt19937 random(7);
    const auto all = stories();
    const auto what = accidents();
    for (int round = 0; round < 4000; ++round) {
        const Story& story = all[random() % all.size()];
        const std::size_t first = random() % (story.lines.size() + 1),
                          second = random() % (story.lines.size() + 1);
        const Accident &a = what[random() % what.size()], &b = what[random() % what.size()];
        SCOPED_TRACE(story.name + ", " + a.name + " at " + std::to_string(first) + ", " + b.name + " at " +
                     std::to_string(second));
        Script s(story.options);
        for (std::size_t i = 0; i < story.lines.size(); ++i) {
            if (i == first) a.happens(s);
            if (i == second) b.happens(s);
            tell(s, story.lines[i], whole);
        }
        s.later(200).end();
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace why401
