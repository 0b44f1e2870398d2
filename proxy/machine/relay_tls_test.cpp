// TLS inside CONNECT that is opened (relay rule 10): the server first, then the client, and no byte of a
// request to a server that was not accepted.

#include <gtest/gtest.h>

#include "tests/support/opened_tls.h"

namespace why401 {
namespace {

using namespace test;

TEST(OpenedTls, TheServerIsSecuredFirstAndThenTheClient) {
    Opened s;
    s.hold_handshakes = true;
    const auto c = s.arrive();
    EXPECT_EQ(s.take(c), kEstablished);
    ASSERT_TRUE(s.wires[s.u(1)].to_server);
    EXPECT_EQ(s.wires[s.u(1)].to_server->host, "web01");
    EXPECT_EQ(s.wires[s.u(1)].to_server->alpn, std::vector<std::string>{"http/1.1"});
    EXPECT_FALSE(s.wires[c].to_client) << "the client waits until the server is verified";
    s.settle_handshakes_once();
    ASSERT_TRUE(s.wires[c].to_client);
    EXPECT_EQ(s.wires[c].to_client->host, "web01");
    EXPECT_EQ(s.wires[c].to_client->alpn, "http/1.1");
    EXPECT_EQ(s.wires[c].hello, hello());
}

TEST(OpenedTls, RequestsInsideAreHttpsAndStayOnTheirConnection) {
    Opened s;
    const auto c = s.arrive();
    s.from(c, kInside);
    EXPECT_EQ(s.take(s.u(1)), kInside);
    s.from(s.u(1), unauthorized("NTLM"));
    s.from(c, kInside).from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(url(s.exchange(2)), "https://web01/a");
    EXPECT_TRUE(s.exchange(2).in_tunnel);
    EXPECT_EQ(s.sent(c).find("Proxy-Support"), std::string::npos);
    EXPECT_EQ(s.tunnelled(), 0u);
}

TEST(OpenedTls, TheRecordSaysWhatWasOfferedChosenAndDeclined) {
    Opened s;
    const auto c = s.arrive();
    const Connection client = told(s, c), server = told(s, s.u(1));
    ASSERT_TRUE(client.tls && server.tls);
    EXPECT_EQ(client.tls->server_name, "web01");
    EXPECT_EQ(client.tls->alpn_offered, (std::vector<std::string>{"h2", "http/1.1"}));
    EXPECT_EQ(client.tls->alpn_declined, std::vector<std::string>{"h2"});
    EXPECT_EQ(server.tls->version, "TLSv1.3");
}

TEST(OpenedTls, AClientWithoutAlpnGetsNoneAndOffersNone) {
    Opened s;
    s.server_tls.alpn.clear();
    const auto c = s.arrive(hello("web01", {}));
    EXPECT_TRUE(s.wires[s.u(1)].to_server->alpn.empty());
    EXPECT_EQ(s.wires[c].to_client->alpn, "");
    EXPECT_FALSE(s.wires[c].to_client->alpn_required);
}

TEST(OpenedTls, AClientThatSpeaksOnlyHttp2IsNotGivenWhatItDidNotOffer) {
    Opened s;
    const auto c = s.arrive(hello("web01", {"h2"}));
    EXPECT_EQ(s.wires[c].to_client->alpn, "");
    EXPECT_TRUE(s.wires[c].to_client->alpn_required);
}

TEST(OpenedTls, TheNameOfTheClientHelloCountsAndWithoutOneThatOfConnect) {
    Opened s;
    const auto c = s.arrive(hello("other.test"));
    EXPECT_EQ(s.wires[s.u(1)].to_server->host, "other.test");
    EXPECT_EQ(s.wires[c].to_client->host, "other.test");
    EXPECT_EQ(told(s, s.u(1)).origin, "web01:443") << "both are recorded";
    const auto d = s.arrive(hello(""));
    EXPECT_EQ(s.wires[s.u(2)].to_server->host, "web01");
    EXPECT_EQ(s.wires[d].to_client->host, "web01");
}

TEST(OpenedTls, NoByteOfARequestReachesARefusedServer) {
    for (const char* policy : {"affinity", "pooled/lifo", "per-request"}) {
        Opened s(opening(policy));
        s.server_tls = refused();
        const auto c = s.arrive();
        ASSERT_TRUE(s.wires[c].to_client) << "the client still gets its TLS, for the page";
        EXPECT_TRUE(s.closed(s.u(1)));
        s.from(c, "GET /a HTTP/1.1\r\nHost: web01\r\nAuthorization: Basic c2VjcmV0\r\n\r\n");
        EXPECT_EQ(s.sent(s.u(1)), "");
        EXPECT_EQ(s.opened(), 1u) << "nor is it tried elsewhere";
        EXPECT_NE(s.sent(c).find("502"), std::string::npos);
        EXPECT_NE(s.sent(c).find("X-Why401: tls-expired"), std::string::npos);
        EXPECT_NE(s.sent(c).find("why401 accept web01 " + std::string(64, 'a')), std::string::npos);
        EXPECT_TRUE(s.closed(c)) << "the next try begins anew";
        const Exchange e = s.exchange(2);
        EXPECT_EQ(e.outcome, Outcome::Refused);
        EXPECT_EQ(e.upstream_connection, s.u(1));
        ASSERT_TRUE(e.fault);
        EXPECT_EQ(e.fault->stage, "certificate");
        EXPECT_EQ(e.fault->whose, Fault::Whose::Upstream);
        ASSERT_TRUE(told(s, s.u(1)).tls->refusal);
    }
}

TEST(OpenedTls, WhereTlsItselfFailsNoExceptionIsOffered) {
    Opened s;
    s.server_tls = refused("plain-text");
    s.server_tls.refusal->may_be_excepted = false;
    const auto c = s.arrive();
    s.from(c, kInside);
    EXPECT_EQ(s.sent(c).find("why401 accept"), std::string::npos);
    EXPECT_EQ(s.exchange(2).fault->stage, "tls");
}

TEST(OpenedTls, ALaterConnectionIsSecuredBeforeItIsUsed) {
    Opened s;
    const auto c = s.arrive();
    s.from(c, kInside).from(s.u(1), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").fin(s.u(1));
    s.hold_handshakes = true;
    s.from(c, kInside);
    EXPECT_EQ(s.opened(), 2u);
    ASSERT_TRUE(s.wires[s.u(2)].to_server);
    EXPECT_EQ(s.sent(s.u(2)), "");
    s.hold_handshakes = false;
    s.settle();
    EXPECT_EQ(s.sent(s.u(2)), kInside);
}

TEST(OpenedTls, ALaterConnectionThatIsRefusedGetsThePageToo) {
    Opened s;
    const auto c = s.arrive();
    s.from(c, kInside).from(s.u(1), ok()).fin(s.u(1));
    s.server_tls = refused();
    s.from(c, kInside);
    EXPECT_EQ(s.sent(s.u(2)), "");
    EXPECT_NE(s.sent(c).find("tls-expired"), std::string::npos);
}

TEST(OpenedTls, AServerThatRefusesAfterTheHandshakeIsAnsweredForToo) {
    TlsFacts late = refused("client-certificate-required");
    late.refusal->may_be_excepted = false;
    Opened at_rest;
    const auto c = at_rest.arrive();
    at_rest.relay.not_secured(at_rest.u(1), std::make_shared<const TlsFacts>(late), at_rest.now);
    at_rest.from(c, kInside);
    EXPECT_NE(at_rest.sent(c).find("tls-client-certificate-required"), std::string::npos);
    EXPECT_NE(at_rest.sent(c).find("nothing of the request was sent"), std::string::npos);
    EXPECT_EQ(at_rest.opened(), 1u) << "asked once more it would say the same";

    Opened in_use;
    const auto d = in_use.arrive();
    in_use.from(d, kInside);
    in_use.relay.not_secured(in_use.u(1), std::make_shared<const TlsFacts>(late), in_use.now);
    EXPECT_NE(in_use.sent(d).find("tls-client-certificate-required"), std::string::npos);
    EXPECT_EQ(in_use.sent(d).find("nothing of the request was sent"), std::string::npos);
}

TEST(OpenedTls, PooledPoliciesLendOnlyConnectionsOfTheSameName) {
    Opened s(opening("pooled/lifo"));
    const auto a = s.arrive();
    s.from(a, kInside).from(s.u(1), ok());
    const auto b = s.arrive();
    s.from(s.u(2), "").from(b, kInside);
    EXPECT_EQ(s.sent(s.u(1)).find(kInside), 0u);
    const auto other = s.arrive(hello("other.test"));
    s.take(s.u(1)), s.take(s.u(2));
    s.from(other, kInside);
    EXPECT_EQ(s.take(s.u(1)) + s.take(s.u(2)), "") << "a connection verified for one name serves no other";
}

TEST(OpenedTls, AClientThatDoesNotTrustUsIsToldOfInTheRecord) {
    Opened s;
    s.client_tls.refusal =
        TlsRefusal{"client-distrusts-ca", "the client does not trust this proxy's CA", "", "", false};
    const auto c = s.arrive();
    EXPECT_TRUE(s.closed(c));
    EXPECT_TRUE(s.closed(s.u(1)));
    const Connection client = told(s, c);
    ASSERT_TRUE(client.tls && client.tls->refusal && client.closing);
    EXPECT_EQ(client.tls->refusal->check, "client-distrusts-ca");
    EXPECT_EQ(client.tls->server_name, "web01");
}

TEST(OpenedTls, AHelloInPiecesIsWaitedForAndOneThatStallsBecomesATunnel) {
    Opened s;
    const auto c = s.client();
    s.from(c, kConnect);
    for (const char byte : hello()) s.from(c, std::string(1, byte));
    EXPECT_TRUE(s.wires[c].to_client);
    const auto d = s.client();
    s.from(d, kConnect).from(d, hello().substr(0, 20));
    s.later(31'000);
    EXPECT_EQ(s.sent(s.u(2)), hello().substr(0, 20));
}

TEST(OpenedTls, WhatLooksLikeTlsAndIsNotStaysATunnel) {
    Opened s;
    const auto c = s.client();
    const std::string bytes("\x16\x09\x01\x00\x05hello", 10);
    s.from(c, kConnect).from(c, bytes);
    EXPECT_FALSE(s.wires[c].to_client);
    EXPECT_EQ(s.sent(s.u(1)), bytes);
}

TEST(OpenedTls, AServerThatStallsInTheHandshakeIsGivenUp) {
    Opened s;
    s.hold_handshakes = true;
    const auto c = s.arrive();
    s.later(9'000);
    EXPECT_FALSE(s.closed(s.u(1)));
    s.later(2'000);
    EXPECT_TRUE(s.closed(s.u(1)));
    s.hold_handshakes = false;
    s.settle().from(c, kInside);
    EXPECT_NE(s.sent(c).find("tls-timeout"), std::string::npos);
}

TEST(OpenedTls, AServerThatClosesInTheHandshakeIsARefusal) {
    for (const bool reset : {false, true}) {
        Opened s;
        s.hold_handshakes = true;
        const auto c = s.arrive();
        reset ? s.rst(s.u(1)) : s.fin(s.u(1));
        s.hold_handshakes = false;
        s.settle().from(c, kInside);
        EXPECT_NE(s.sent(c).find("tls-closed"), std::string::npos) << reset;
    }
}

TEST(OpenedTls, AClientThatLeavesMeanwhileTakesItsConnectionAlong) {
    for (const int when : {0, 1}) {
        Opened s;
        s.hold_handshakes = true;
        const auto c = s.arrive();
        if (when == 1) s.settle_handshakes_once();
        s.rst(c);
        EXPECT_TRUE(s.closed(s.u(1))) << when;
    }
}

TEST(OpenedTls, AServerThatClosesWhileTheClientStillShakesHandsIsReplaced) {
    Opened s;
    s.hold_handshakes = true;
    const auto c = s.arrive();
    s.settle_handshakes_once();
    s.fin(s.u(1));
    s.hold_handshakes = false;
    s.settle().from(c, kInside);
    EXPECT_EQ(s.sent(s.u(2)), kInside);
}

}  // namespace
}  // namespace why401
