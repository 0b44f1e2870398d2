// CONNECT and Upgrade (relay rule 10): when bytes are carried unread, and when they are read after all.

#include <gtest/gtest.h>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401 {
namespace {

using namespace test;

const std::string kConnect = "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\n\r\n";
const std::string kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
const std::string kHello = "\x16\x03\x01 client hello";

RelayOptions behind_parent() {
    RelayOptions options;
    options.route = [](const std::string&, std::uint16_t) {
        Route route;
        route.hop = {"parent", 3128, true, "proxy parent:3128"};
        return route;
    };
    return options;
}

TEST(Tunnel, TlsInsideConnectIsCarriedUnread) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect);
    EXPECT_EQ(s.wires[s.u(1)].hop.port, 443);
    EXPECT_EQ(s.take(c), kEstablished);
    EXPECT_EQ(s.sent(s.u(1)), "");
    s.from(c, kHello);
    EXPECT_EQ(s.take(s.u(1)), kHello);
    s.from(s.u(1), "server hello");
    EXPECT_EQ(s.take(c), "server hello");
    s.from(c, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(s.take(s.u(1)), "GET / HTTP/1.1\r\n\r\n") << "opaque stays opaque";
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Tunnelled);
    EXPECT_EQ(s.exchange(1).status, 200);
    EXPECT_EQ(s.tunnelled(), 2u);
}

TEST(Tunnel, TlsSentTogetherWithTheConnectIsNotLost) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect + kHello);
    EXPECT_EQ(s.sent(s.u(1)), kHello);
    EXPECT_EQ(s.sent(c), kEstablished);
}

TEST(Tunnel, HttpInsideConnectIsRelayedAsHttp) {
    Script s;
    const auto c = s.client();
    s.from(c, "CONNECT web01:80 HTTP/1.1\r\nHost: web01:80\r\n\r\n");
    s.take(c);
    s.from(c, "GE");
    EXPECT_EQ(s.sent(s.u(1)), "") << "not decided yet";
    s.from(c, "T /a HTTP/1.1\r\nHost: web01\r\nProxy-Connection: x\r\n\r\n");
    EXPECT_EQ(s.take(s.u(1)), "GET /a HTTP/1.1\r\nHost: web01\r\n\r\n");
    s.from(s.u(1), unauthorized("NTLM"));
    EXPECT_EQ(s.take(c), unauthorized("NTLM"))
        << "no Proxy-Support: the client believes it talks to the server";
    s.from(c, "GET /b HTTP/1.1\r\nHost: web01\r\n\r\n").from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_TRUE(s.exchange(3).in_tunnel);
    EXPECT_EQ(url(s.exchange(3)), "http://web01/b");
}

TEST(Tunnel, ASecondOfSilenceMakesItOpaque) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect).from(c, "EHLO");
    s.later(900);
    EXPECT_EQ(s.sent(s.u(1)), "");
    s.later(200);
    EXPECT_EQ(s.sent(s.u(1)), "EHLO");
    EXPECT_EQ(s.tunnelled(), 2u);
}

TEST(Tunnel, AServerThatSpeaksFirstMakesItOpaque) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect);
    s.from(s.u(1), "220 smtp ready\r\n");
    EXPECT_EQ(s.sent(c), kEstablished + "220 smtp ready\r\n");
    s.from(c, "EHLO me\r\n");
    EXPECT_EQ(s.sent(s.u(1)), "EHLO me\r\n");
}

TEST(Tunnel, OtherProtocolsAreOpaqueFromTheirFirstTellingByte) {
    for (const std::string first :
         {"SSH-2.0-x\r\n", "\x05\x01", "get / HTTP/1.1\r\n", " GET", "\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "NICK joe\r\n", "USER joe 0 * :x\r\n"}) {
        Script s;
        const auto c = s.client();
        s.from(c, kConnect).from(c, first);
        EXPECT_EQ(s.sent(s.u(1)), first);
    }
}

TEST(Tunnel, EachSideMayFinishSendingWhileTheOtherGoesOn) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect + kHello).fin(c);
    EXPECT_TRUE(s.finished(s.u(1)));
    s.from(s.u(1), "the rest");
    EXPECT_TRUE(s.sent(c).ends_with("the rest"));
    EXPECT_FALSE(s.closed(c));
    s.fin(s.u(1));
    EXPECT_TRUE(s.closed(c));
    EXPECT_TRUE(s.closed(s.u(1)));

    Script t;
    const auto d = t.client();
    t.from(d, kConnect + kHello).fin(t.u(1));
    EXPECT_TRUE(t.finished(d));
    t.from(d, "more");
    EXPECT_TRUE(t.sent(t.u(1)).ends_with("more"));
    t.fin(d);
    EXPECT_TRUE(t.closed(d));
}

TEST(Tunnel, AResetPassesThrough) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect + kHello).rst(s.u(1));
    EXPECT_TRUE(s.was_reset(c));
    EXPECT_EQ(s.relay.open_clients(), 0u);
}

TEST(Tunnel, AClientThatFinishesBeforeSayingAnythingIsHalfClosed) {
    Script s;
    const auto c = s.client();
    s.from(c, kConnect).fin(c);
    EXPECT_TRUE(s.finished(s.u(1)));
    s.from(s.u(1), "hello anyway");
    EXPECT_TRUE(s.sent(c).ends_with("hello anyway"));
    s.fin(s.u(1));
    EXPECT_TRUE(s.closed(c));
}

TEST(Tunnel, AFailureToConnectIsAnsweredBeforeTheTunnelOpens) {
    Script s;
    s.fail_connects = 1;
    const auto c = s.client();
    s.from(c, kConnect);
    EXPECT_EQ(status_of(s.sent(c)), 502);
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Refused);
}

TEST(Tunnel, ATunnelNeverTakesAPooledConnection) {
    Script s(with_policy("pooled/lifo"));
    const auto a = s.client(), b = s.client();
    s.from(a, get()).from(s.u(1), ok());
    s.from(b, "CONNECT web01:80 HTTP/1.1\r\nHost: web01:80\r\n\r\n");
    EXPECT_EQ(s.opened(), 2u);
    s.from(b, kHello);
    EXPECT_EQ(s.sent(s.u(2)), kHello);
}

TEST(Upgrade, A101TurnsBothConnectionsIntoATunnel) {
    Script s;
    const auto c = s.client();
    const std::string fields = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    s.from(c, get("/chat", fields));
    EXPECT_EQ(s.take(s.u(1)), got("/chat", fields));
    const std::string switching = "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n";
    s.from(s.u(1), switching + "first frame");
    EXPECT_EQ(s.take(c), switching + "first frame");
    s.from(c, std::string("\x81\x02hi\0", 5)).from(s.u(1), "\x81\x02yo");
    EXPECT_EQ(s.take(s.u(1)), std::string("\x81\x02hi\0", 5));
    EXPECT_EQ(s.take(c), "\x81\x02yo");
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Tunnelled);
    EXPECT_EQ(s.exchange(1).status, 101);
}

TEST(Upgrade, ARefusedUpgradeIsAnOrdinaryExchange) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n")).from(s.u(1), ok());
    s.from(c, get("/2")).from(s.u(1), ok());
    EXPECT_EQ(s.exchange(2).status, 200);
}

TEST(ParentProxy, RequestsGoOnInAbsoluteFormAndAllOfThemToTheParent) {
    Script s(behind_parent());
    const auto c = s.client();
    s.from(c, get("/a", "Proxy-Authorization: NTLM abc=\r\n"));
    EXPECT_EQ(s.wires[s.u(1)].hop.host, "parent");
    EXPECT_EQ(s.take(s.u(1)), get("/a", "Proxy-Authorization: NTLM abc=\r\n"));
    s.from(s.u(1), ok());
    s.from(c, "GET http://web02/ HTTP/1.1\r\nHost: web02\r\n\r\n").from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
}

TEST(ParentProxy, The407OfALoginPassesAndItsLegsStayOnOneConnection_haproxy_1140) {
    Script s(behind_parent());
    const auto c = s.client(), other = s.client();
    const auto leg = [&](const std::string& value, const std::string& answer) {
        s.from(c,
               "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\nProxy-Authorization: " + value + "\r\n\r\n");
        s.from(other, get());
        s.from(s.u(1), answer);
    };
    leg(ntlm_negotiate(),
        "HTTP/1.1 407 No\r\nProxy-Authenticate: " + ntlm_challenge() + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_NE(s.take(c).find("407"), std::string::npos);
    leg(ntlm_authenticate(), "HTTP/1.1 200 Connected\r\n\r\n");
    EXPECT_EQ(s.take(c), "HTTP/1.1 200 Connected\r\n\r\n") << "the parent's own words";
    s.from(c, kHello);
    EXPECT_TRUE(s.sent(s.u(1)).ends_with(kHello));
}

TEST(ParentProxy, HttpInsideATunnelThroughTheParentStaysInThatTunnel) {
    for (const char* policy : {"affinity", "pooled/lifo", "pooled/switch", "per-request"}) {
        RelayOptions options = behind_parent();
        options.policy = *parse_policy(policy);
        Script s(options);
        const auto c = s.client(), other = s.client();
        s.from(c, "CONNECT web01:80 HTTP/1.1\r\nHost: web01:80\r\n\r\n")
            .from(s.u(1), "HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 3; ++i) {
            s.take(s.u(1));
            s.from(c, "GET /x HTTP/1.1\r\nHost: web01\r\n\r\n");
            EXPECT_EQ(s.take(s.u(1)), "GET /x HTTP/1.1\r\nHost: web01\r\n\r\n") << policy << i;
            s.from(s.u(1), ok());
        }
        s.from(other, get());
        EXPECT_EQ(s.opened(), 2u) << policy << ": nobody else gets a tunnel";
        s.from(s.u(2), ok());
        s.fin(s.u(1));
        s.from(c, "GET /y HTTP/1.1\r\nHost: web01\r\n\r\n");
        EXPECT_TRUE(s.closed(c)) << policy << ": with its tunnel it has no way left";
    }
}

TEST(ParentProxy, ARefusalOfTheParentIsPassedOn) {
    Script s(behind_parent());
    const auto c = s.client();
    s.from(c, kConnect).from(s.u(1), "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nbad");
    EXPECT_EQ(s.sent(c), "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nbad");
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete);
}

TEST(RelayTunnel, WhatStandsBehindARefusedConnectIsNoRequest) {
    Script s;
    s.fail_connects = 1;
    const auto c = s.client();
    s.from(c, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n" + get());
    EXPECT_EQ(status_of(s.sent(c)), 502);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchanges().size(), 1u);
}

TEST(RelayTunnel, AConnectWithABodyIsRefused) {
    for (const char* framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
        Script s;
        const auto c = s.client();
        s.from(c, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n" + std::string(framing) + "\r\n\r\n");
        EXPECT_EQ(status_of(s.sent(c)), 400) << framing;
        EXPECT_EQ(s.opened(), 0u);
    }
}

TEST(RelayTunnel, A101AnswersOnlyAnUpgradeThatWentOn) {
    for (const std::string request :
         {"GET http://web01/ HTTP/1.0\r\nHost: web01\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
          "GET http://web01/ HTTP/1.1\r\nHost: web01\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"}) {
        Script s;
        const auto c = s.client();
        s.from(c, request)
            .from(s.u(1), "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
        EXPECT_EQ(status_of(s.sent(c)), 502) << request;
    }
}

}  // namespace
}  // namespace why401
