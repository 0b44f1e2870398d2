// Where an exchange does not go its plain way: connections that died, answers of the proxy itself, peers that
// leave.

#include <gtest/gtest.h>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

// ---- stale connections ----

TEST(RelayRetry, AGetOnAStaleConnectionIsSentOnceMoreInSilence) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok());
    s.from(c, get("/2")).rst(s.u(1));
    ASSERT_EQ(s.opened(), 2u);
    EXPECT_EQ(s.sent(s.u(2)), got("/2"));
    s.from(s.u(2), ok("fresh"));
    EXPECT_EQ(s.sent(c), ok() + ok("fresh"));
    EXPECT_EQ(s.exchange(2).upstream_connection, s.u(2));
    EXPECT_NE(s.exchange(2).decision->because.find("once more"), std::string::npos);
}

TEST(RelayEndings, AHalfClosedClientWhoseBodyWaitsForTheConnectionGetsItsAnswer) {
    Script s;
    s.hold_connects = true;
    const auto c = s.client();
    s.from(c, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 4\r\n\r\nbody").fin(c);
    s.hold_connects = false;
    s.settle();
    s.from(s.u(1), ok("got it"));
    EXPECT_NE(s.sent(s.u(1)).find("body"), std::string::npos);
    EXPECT_NE(s.sent(c).find("got it"), std::string::npos);
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(RelayRetry, OnlyOnce) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok());
    s.from(c, get("/2")).rst(s.u(1)).rst(s.u(2));
    EXPECT_EQ(s.opened(), 2u);
    EXPECT_NE(s.sent(c).find("502"), std::string::npos);
}

TEST(RelayRetry, NeverOnAFreshConnection) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).fin(s.u(1));
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(status_of(s.sent(c)), 502);
}

TEST(RelayRetry, NeverAPostNorARequestWithABodyOrAfterTheFirstByteOfAnAnswer) {
    const std::string body = " HTTP/1.1\r\nHost: web01\r\nContent-Length: 2\r\n\r\nhi";
    for (const std::string& second : {"POST http://web01/" + body, "GET http://web01/" + body,
                                      std::string("DELETE http://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n")}) {
        Script s;
        const auto c = s.client();
        s.from(c, get("/1")).from(s.u(1), ok());
        s.take(c);
        s.from(c, second).rst(s.u(1));
        EXPECT_EQ(s.opened(), 1u) << second;
        EXPECT_EQ(status_of(s.sent(c).substr(ok().size())), 502) << second;
    }
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok());
    s.from(c, get("/2")).from(s.u(1), "HTTP/1.").rst(s.u(1));
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_NE(s.exchange(2).fault->what.find("in the middle of the response head"), std::string::npos);
}

// ---- the proxy's own answers ----

RelayOptions answering_for_itself() {
    RelayOptions options;
    options.own_site = [](const OwnQuestion& asked) {
        return OwnAnswer{
            "setup", "text/plain",
            std::string(asked.path) + (asked.by_name ? " by name at " : " at ") + std::string(asked.reached)};
    };
    options.route = [](const std::string& host, std::uint16_t port) {
        Route route;
        route.hop = {host, port, false, host};
        route.own_site = host == "why401.test";
        return route;
    };
    return options;
}

TEST(Relay, AnOriginFormRequestIsAnsweredByTheProxyItself) {
    Script s(answering_for_itself());
    const auto c = s.client();
    s.from(c, "GET /proxy.pac?1 HTTP/1.1\r\nHost: 127.0.0.1:8401\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 200);
    EXPECT_TRUE(s.sent(c).ends_with("\r\n\r\n/proxy.pac?1 at 127.0.0.1:8401"));
    EXPECT_EQ(s.opened(), 0u);
    EXPECT_FALSE(s.closed(c));
    EXPECT_TRUE(s.exchange(1).answered_by_us);
}

TEST(Relay, ItsOwnNameIsAnsweredByTheProxyItself) {
    Script s(answering_for_itself());
    const auto c = s.client();
    s.from(c, "GET http://why401.test/x HTTP/1.1\r\nHost: why401.test\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 200);
    EXPECT_NE(s.sent(c).find("\r\n\r\n/x by name at "), std::string::npos) << s.sent(c);
    EXPECT_EQ(s.opened(), 0u);
}

TEST(Relay, ThereIsNoTunnelToItsOwnName) {
    Script s(answering_for_itself());
    const auto c = s.client();
    s.from(c, "CONNECT why401.test:443 HTTP/1.1\r\nHost: why401.test:443\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 502);
    EXPECT_NE(s.sent(c).find("plain http only"), std::string::npos);
    EXPECT_EQ(s.opened(), 0u);
}

TEST(Relay, ANameThatLeadsNowhereIsA502WithTheSentence) {
    RelayOptions options;
    options.route = [](const std::string&, std::uint16_t) {
        Route route;
        route.refused = "No lab is running.";
        return route;
    };
    Script s(options);
    const auto c = s.client();
    s.from(c, get());
    EXPECT_EQ(status_of(s.sent(c)), 502);
    EXPECT_NE(s.sent(c).find("No lab is running."), std::string::npos);
    EXPECT_EQ(s.opened(), 0u);
}

TEST(Relay, HttpsAsAUrlIsRefusedWithTheWayOut) {
    Script s;
    const auto c = s.client();
    s.from(c, "GET https://web01/ HTTP/1.1\r\nHost: web01\r\n\r\n");
    EXPECT_EQ(status_of(s.sent(c)), 400);
    EXPECT_NE(s.sent(c).find("CONNECT"), std::string::npos);
}

// ---- endings ----

TEST(Relay, AClientThatFinishedSendingStillGetsItsAnswer) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).fin(c);
    EXPECT_FALSE(s.closed(c));
    s.from(s.u(1), ok());
    EXPECT_EQ(s.sent(c), ok());
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(Relay, PipelinedRequestsBeforeAFinAreAllAnswered) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1") + get("/2")).fin(c);
    s.from(s.u(1), ok("1")).from(s.u(1), ok("2"));
    EXPECT_EQ(s.sent(c), ok("1") + ok("2"));
    EXPECT_TRUE(s.closed(c));
}

TEST(Relay, APipelinedRequestThatAFinCutsShortIsGivenUp) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1") + "POST http://web01/2 HTTP/1.1\r\nHost: web01\r\nContent-Length: 3\r\n\r\nab")
        .fin(c);
    s.from(s.u(1), ok("1"));
    EXPECT_EQ(s.sent(c), ok("1"));
    EXPECT_TRUE(s.closed(c)) << "nobody will send the rest, and the server would wait for it";
    EXPECT_EQ(s.exchange(2).outcome, Outcome::Abandoned);
}

TEST(Relay, AClientThatLeavesTakesItsUpstreamConnectionAlong) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).rst(c);
    EXPECT_TRUE(s.was_reset(s.u(1))) << "an answer for nobody must not come to rest in a pool";
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Abandoned);
    EXPECT_EQ(s.exchange(1).fault->whose, Fault::Whose::Client);
}

TEST(Relay, BytesBehindAResponseCostTheConnectionItsReuse) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok() + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad");
    EXPECT_EQ(s.sent(c), ok());
    EXPECT_TRUE(s.closed(s.u(1)));
    s.from(c, get("/2"));
    EXPECT_EQ(s.opened(), 2u) << "a response nobody asked for is never given to the next request";
    s.from(s.u(2), ok("second"));
    EXPECT_EQ(s.sent(c), ok() + ok("second"));
}

TEST(Relay, AServerThatSpeaksOnAnIdleConnectionLosesIt) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/1")).from(s.u(1), ok()).from(s.u(1), "HTTP/1.1 408 Timeout\r\n\r\n");
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_FALSE(s.closed(c));
}

TEST(Relay, DrainClosesIdleClientsAndLetsExchangesFinish) {
    Script s;
    const auto idle = s.client(), busy = s.client();
    s.from(busy, get());
    s.relay.drain(s.now);
    EXPECT_TRUE(s.closed(idle));
    EXPECT_FALSE(s.closed(busy));
    s.from(s.u(1), ok());
    EXPECT_EQ(s.sent(busy), ok());
    EXPECT_TRUE(s.closed(busy));
    EXPECT_EQ(s.relay.open_clients(), 0u);
    EXPECT_TRUE(s.open_upstreams().empty());
}

TEST(Relay, TheRecordKeepsTheBeginningOfABodyAndItsTrueLength) {
    RelayOptions options;
    options.limits.kept_body = 4;
    Script s(options);
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok("0123456789"));
    EXPECT_EQ(s.exchange(1).response.body.kept, "0123");
    EXPECT_EQ(s.exchange(1).response.body.length, 10u);
    EXPECT_EQ(s.sent(c), ok("0123456789"));
}

TEST(Relay, AConnectionThatIsLateForALeavingClientIsGivenUp) {
    Script s;
    s.hold_connects = true;
    const auto c = s.client();
    s.from(c, get()).rst(c);
    EXPECT_TRUE(s.closed(s.u(1)));
    s.hold_connects = false;
    s.settle();
    EXPECT_EQ(s.sent(s.u(1)), "");
}

}  // namespace
}  // namespace why401
