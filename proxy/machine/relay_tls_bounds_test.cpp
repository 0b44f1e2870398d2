// Where opening TLS ends: hosts that stay tunnels, the proxy's own name, what does not belong into a tunnel,
// and what ends it.

#include <gtest/gtest.h>

#include "tests/support/opened_tls.h"

namespace why401 {
namespace {

using namespace test;

TEST(TlsBounds, HostsThatAreNotInterceptedStayTunnelsWithWhatTheirHelloSays) {
    RelayOptions options = opening();
    options.interception.tunnel = {"web01"};
    Opened s(options);
    const auto c = s.arrive();
    EXPECT_EQ(s.sent(s.u(1)), hello());
    s.from(s.u(1), "server hello").from(c, "more").fin(c).fin(s.u(1));
    const Connection client = told(s, c);
    EXPECT_TRUE(client.tunnel);
    ASSERT_TRUE(client.tls);
    EXPECT_EQ(client.tls->server_name, "web01");
    EXPECT_EQ(client.tls->alpn_offered.size(), 2u);
    EXPECT_EQ(client.tls->version, "");
    ASSERT_TRUE(client.carried);
    EXPECT_EQ(client.carried->from_client, hello().size() + 4);
    EXPECT_EQ(client.carried->to_client, 12u);
}

TEST(TlsBounds, ATunnelsHelloIsReadInPiecesWithoutHoldingThemBack) {
    RelayOptions options;
    Opened s(options);
    const auto c = s.client();
    s.from(c, kConnect).from(c, hello().substr(0, 10));
    EXPECT_EQ(s.sent(s.u(1)), hello().substr(0, 10));
    s.from(c, hello().substr(10));
    EXPECT_EQ(s.sent(s.u(1)), hello());
    ASSERT_TRUE(told(s, c).tls);
    EXPECT_EQ(told(s, c).tls->server_name, "web01");
}

TEST(TlsBounds, TheNameInTheHelloKeepsAHostTunnelledThatConnectNamedByAddress) {
    RelayOptions options = opening();
    options.interception.tunnel = {"bank.test"};
    Opened s(options);
    const auto c = s.client();
    s.from(c, "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n").from(c, hello("bank.test"));
    EXPECT_EQ(s.sent(s.u(1)), hello("bank.test"));
}

TEST(TlsBounds, SwitchedToATunnelItEndsWithTheExchangeUnderWay) {
    Opened s;
    const auto idle = s.arrive(), busy = s.arrive();
    s.from(busy, kInside);
    s.intercept({"*"}, {"web01"});
    EXPECT_TRUE(s.closed(idle));
    EXPECT_FALSE(s.closed(busy));
    s.from(s.u(2), ok());
    EXPECT_TRUE(s.closed(busy));
    EXPECT_EQ(s.events<InterceptionChanged>().size(), 1u);
    const auto again = s.arrive();
    EXPECT_EQ(s.sent(s.u(3)), hello());
    EXPECT_TRUE(told(s, again).tunnel);
}

TEST(TlsBounds, ThroughAParentTheTunnelIsOpenedLikewise) {
    RelayOptions options = opening();
    options.route = [](const std::string&, std::uint16_t) {
        Route route;
        route.hop = {"parent", 3128, true, "proxy parent:3128"};
        return route;
    };
    Opened s(options);
    const auto c = s.client();
    s.from(c, kConnect).from(s.u(1), "HTTP/1.1 200 OK\r\n\r\n");
    s.take(s.u(1));
    s.from(c, hello());
    ASSERT_TRUE(s.wires[s.u(1)].to_server);
    s.from(c, kInside);
    EXPECT_EQ(s.take(s.u(1)), kInside);
    s.from(s.u(1), ok());
    EXPECT_EQ(url(s.exchange(2)), "https://web01/a");
}

TEST(TlsBounds, AnUpgradeInsideCarriesBytesAndIsNotCalledUnread) {
    Opened s;
    const auto c = s.arrive();
    const std::string fields = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    s.from(c, "GET /chat HTTP/1.1\r\nHost: web01\r\n" + fields + "\r\n");
    s.from(s.u(1), "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\nframe");
    s.take(s.u(1));
    s.from(c, "frames");
    EXPECT_EQ(s.take(s.u(1)), "frames");
    EXPECT_EQ(told(s, c).tls->version, s.client_tls.version);
    EXPECT_EQ(told(s, c).tls->server_name, "web01");
}

TEST(TlsBounds, TheProxysOwnNameAnswersWithoutAServer) {
    RelayOptions options = opening();
    options.interception = {};
    options.route = [](const std::string& host, std::uint16_t port) {
        Route route;
        route.own_site = host == "why401.test";
        route.hop = {host, port, false, host};
        return route;
    };
    Opened s(options);
    const auto c = s.client();
    s.from(c, "CONNECT why401.test:443 HTTP/1.1\r\nHost: why401.test:443\r\n\r\n");
    EXPECT_EQ(s.take(c), kEstablished) << "before the client says more";
    s.from(c, hello("why401.test"));
    EXPECT_EQ(s.opened(), 0u);
    ASSERT_TRUE(s.wires[c].to_client);
    s.from(c, "GET /trusted HTTP/1.1\r\nHost: why401.test\r\n\r\n");
    EXPECT_NE(s.sent(c).find("HTTP/1.1 200 OK\r\nX-Why401"), std::string::npos);
    const auto other = s.client();
    s.from(other, "CONNECT why401.test:443 HTTP/1.1\r\nHost: why401.test:443\r\n\r\n")
        .from(other, hello("bank.test"));
    EXPECT_EQ(s.wires[other].to_client->host, "why401.test") << "it vouches for nobody else there";
    const auto d = s.client();
    s.from(d, "CONNECT why401.test:443 HTTP/1.1\r\nHost: why401.test:443\r\n\r\n").from(d, "SSH-2.0");
    EXPECT_TRUE(s.closed(d));
}

TEST(TlsBounds, WithoutACaEveryTunnelStaysOne) {
    RelayOptions options = opening();
    options.opens_tls = false;
    Opened s(options);
    const auto c = s.arrive();
    EXPECT_FALSE(s.wires[c].to_client);
    EXPECT_EQ(s.sent(s.u(1)), hello());
}

TEST(TlsBounds, WhatIsMeantForAnotherHostIsNotSentToThisOne) {
    for (const std::string& url :
         {std::string("https://other.test/a"), std::string("https://web01:8443/a")}) {
        Opened s;
        const auto c = s.arrive();
        s.from(c, "GET " + url + " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic c2VjcmV0\r\n\r\n");
        EXPECT_EQ(s.sent(s.u(1)), "") << url;
        EXPECT_NE(s.sent(c).find("HTTP/1.1 421"), std::string::npos) << url;
    }
    Opened s;
    const auto c = s.arrive();
    s.from(c, "GET https://WEB01/a HTTP/1.1\r\nHost: web01\r\n\r\n");
    EXPECT_NE(s.sent(s.u(1)), "");
}

TEST(TlsBounds, ATunnelInsideIsRefused) {
    Opened s;
    const auto c = s.arrive();
    s.from(c, kConnect);
    EXPECT_NE(s.sent(c).find("nested-connect"), std::string::npos);
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(s.sent(s.u(1)), "");
}

TEST(TlsBounds, NoTunnelLeadsOutOfTheProxysOwnSite) {
    RelayOptions options = opening();
    options.route = [](const std::string& host, std::uint16_t port) {
        Route route;
        route.own_site = host == "why401.test";
        route.hop = {host, port, false, host};
        return route;
    };
    Opened s(options);
    const auto c = s.client();
    s.from(c, "CONNECT why401.test:80 HTTP/1.1\r\nHost: why401.test:80\r\n\r\n");
    s.from(c, "CONNECT web01:443 HTTP/1.1\r\nHost: web01:443\r\n\r\n").from(c, hello());
    EXPECT_EQ(s.opened(), 0u);
    EXPECT_TRUE(s.closed(c));
}

TEST(TlsBounds, AParentsTunnelThatEndedIsNotReplacedByAWayAroundTheParent) {
    RelayOptions options = opening();
    options.route = [](const std::string&, std::uint16_t) {
        Route route;
        route.hop = {"parent", 3128, true, "proxy parent:3128"};
        return route;
    };
    Opened s(options);
    const auto c = s.client();
    s.from(c, kConnect).from(s.u(1), "HTTP/1.1 200 OK\r\n\r\n").from(c, hello());
    s.from(c, kInside).from(s.u(1), ok());
    s.from(c, kInside)
        .fin(s.u(1));  // idempotent, on a connection that had served: elsewhere it would be sent again
    EXPECT_EQ(s.opened(), 1u);
}

TEST(TlsBounds, AnAnswerWithoutLengthThatIsCutOffIsNotPassedOnAsWhole) {
    for (const bool whole : {true, false}) {
        Opened s;
        const auto c = s.arrive();
        s.from(c, kInside).from(s.u(1), "HTTP/1.1 200 OK\r\n\r\nhalf");
        whole ? s.relay.ended(s.u(1), s.now) : s.relay.cut_off(s.u(1), s.now);
        EXPECT_EQ(s.exchange(2).outcome, whole ? Outcome::Complete : Outcome::Broken);
        EXPECT_EQ(s.was_reset(c), !whole);
    }
}

TEST(TlsBounds, AConnectionAtRestThatEndsWithAnAlertIsReplaced) {
    Opened s;
    const auto c = s.arrive();
    TlsFacts late = refused("peer-alert");
    s.relay.not_secured(s.u(1), std::make_shared<const TlsFacts>(late), s.now);
    s.from(c, kInside);
    EXPECT_EQ(s.sent(s.u(2)), kInside);
}

TEST(TlsBounds, ANameThatNoCertificateCanHaveStaysATunnel) {
    for (const char* name : {"*.test", "-x.test", "a b", "x..y"}) {
        Opened s;
        const auto c = s.arrive(hello(name));
        EXPECT_FALSE(s.wires[c].to_client) << name;
        EXPECT_EQ(s.sent(s.u(1)), hello(name));
    }
}

TEST(TlsBounds, AClientThatStallsInItsHandshakeIsRecordedAsSuch) {
    Opened s;
    s.hold_handshakes = true;
    const auto c = s.arrive();
    s.settle_handshakes_once();
    s.later(31'000);
    EXPECT_TRUE(s.closed(c));
    ASSERT_TRUE(told(s, c).tls && told(s, c).tls->refusal);
    EXPECT_EQ(told(s, c).tls->refusal->check, "timeout");
}

}  // namespace
}  // namespace why401
