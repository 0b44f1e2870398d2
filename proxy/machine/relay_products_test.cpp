// The policies that decide as a product does: what each keeps apart, what it misses, and what it says of it.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/relay_logins.h"

namespace why401 {
namespace {

using namespace test;

std::string because(const Script& s, std::uint64_t exchange) {
    return s.exchange(exchange).decision->because;
}

std::string get_from(const std::string& host) {
    return "GET http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

// ---- HAProxy, http-reuse safe ----

TEST(LikeHaproxy, TheFirstRequestOfAClientIsSentOnANewConnectionTheSecondOnTheOneThatWaitedLongest) {
    Script s(with_policy("like/haproxy-safe"));
    const auto first = s.client(), second = s.client();
    EXPECT_EQ(next_goes_to(s, first), s.u(1));
    EXPECT_EQ(next_goes_to(s, second), s.u(2));
    EXPECT_EQ(next_goes_to(s, second), s.u(1));
    EXPECT_EQ(next_goes_to(s, second), s.u(2)) << "by turns: each goes to the end of the queue";
    EXPECT_EQ(because(s, 1),
              "HAProxy (http-reuse safe) sends the first request of a client connection on a new one");
    EXPECT_NE(because(s, 3).find("waited longest"), std::string::npos);
}

TEST(LikeHaproxy, A401ThatOffersNtlmMakesTheConnectionPrivate) {
    for (const char* offer : {"NTLM", "ntlm", "Negotiate", "Nego2 YHYG", "Basic realm=\"x\", NTLM"}) {
        Script s(with_policy("like/haproxy-safe"));
        const auto alice = s.client(), bob = s.client();
        s.from(alice, get()).from(s.u(1), unauthorized(offer));
        next_goes_to(s, bob);
        EXPECT_EQ(next_goes_to(s, bob), s.u(2)) << offer;
        EXPECT_EQ(next_goes_to(s, alice), s.u(1)) << offer;
        EXPECT_NE(because(s, 4).find("keeps it private"), std::string::npos) << offer;
    }
}

TEST(LikeHaproxy, WhatItDoesNotLookForPinsNothing) {
    for (const std::string& answer :
         {unauthorized("Kerberos"), unauthorized("Basic realm=\"NTLM\""),
          ok("x", "WWW-Authenticate: NTLM\r\n"),
          std::string("HTTP/1.1 401 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")}) {
        Script s(with_policy("like/haproxy-safe"));
        const auto alice = s.client(), bob = s.client();
        s.from(alice, get()).from(s.u(1), answer);
        next_goes_to(s, bob);
        EXPECT_EQ(next_goes_to(s, bob), s.u(1)) << answer;
    }
}

TEST(LikeHaproxy, ATicketSentUnaskedIsMissedAndServesTheNextClientAsAlice_haproxy_2985) {
    Script s(with_policy("like/haproxy-safe"));
    const auto alice = s.client(), bob = s.client();
    log_in_with_kerberos(s, alice);
    EXPECT_EQ(next_goes_to(s, bob), s.u(2)) << "his first request: on a new one";
    EXPECT_EQ(next_goes_to(s, bob), s.u(1)) << "the connection with alice's login";
}

TEST(LikeHaproxy, APrivateConnectionThatTheServerClosesIsReplacedWithoutAWordToTheClient) {
    Script s(with_policy("like/haproxy-safe"));
    const auto alice = s.client();
    log_in(s, alice);
    s.fin(s.u(1));
    EXPECT_FALSE(s.closed(alice));
    EXPECT_EQ(next_goes_to(s, alice), s.u(2)) << "which has never seen her login";
}

TEST(LikeHaproxy, OneThatTheServerAnnouncesToCloseIsReplacedLikewiseAndTheRecordSaysWhoEndedIt) {
    Script s(with_policy("like/haproxy-safe"));
    const auto alice = s.client();
    log_in(s, alice);
    s.from(alice, get("/last")).from(s.u(1), ok("x", "Connection: close\r\n"));
    EXPECT_FALSE(s.closed(alice));
    EXPECT_EQ(next_goes_to(s, alice), s.u(2));
    const auto told = s.events<ConnectionFacts>();
    EXPECT_TRUE(std::any_of(told.begin(), told.end(), [&](const ConnectionFacts& c) {
        return c->id == s.u(1) && c->closing &&
               c->closing->because == "the server's answer said that it was the last on it";
    }));
}

TEST(LikeHaproxy, APrivateConnectionEndsWithItsClient) {
    Script s(with_policy("like/haproxy-safe"));
    const auto alice = s.client();
    log_in(s, alice);
    s.fin(alice);
    EXPECT_TRUE(s.closed(s.u(1)));
}

// ---- nginx ----

TEST(LikeNginx, ServersBehindOneAddressAreOneServer) {
    Script s(with_policy("like/nginx-1.29.7"));
    const auto c = s.client();
    s.from(c, get_from("web01")).from(s.u(1), ok());
    s.from(c, get_from("web02")).from(s.u(2), ok());
    s.from(c, get_from("web01"));
    EXPECT_EQ(s.asked, s.u(2)) << "both names have led to one address by now";
    s.from(s.u(2), ok());
    EXPECT_NE(because(s, 3).find("to this address"), std::string::npos);
}

TEST(LikeNginx, ServersBehindTwoAddressesAreTwo) {
    Script s(with_policy("like/nginx-1.29.7"));
    s.addresses["web02"] = "192.0.2.2:80";
    const auto c = s.client();
    s.from(c, get_from("web01")).from(s.u(1), ok());
    s.from(c, get_from("web02")).from(s.u(2), ok());
    s.from(c, get_from("web01"));
    EXPECT_EQ(s.asked, s.u(1));
    s.from(s.u(1), ok());
}

TEST(LikeNginx, NothingEverBecomesPrivate) {
    Script s(with_policy("like/nginx-1.29.7"));
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    EXPECT_EQ(next_goes_to(s, bob), s.u(1));
    EXPECT_NE(because(s, 4).find("does not look at logins"), std::string::npos);
    Script t(with_policy("like/nginx-1.29.7"));
    const auto carol = t.client(), dave = t.client();
    log_in_with_kerberos(t, carol);
    EXPECT_EQ(next_goes_to(t, dave), t.u(1));
}

// ---- Traefik ----

TEST(LikeTraefik, ALoginThatBeginsWithTheNegotiatePartsFromItsChallenge_traefik_11037) {
    Script s(with_policy("like/traefik-3.1"));
    const auto alice = s.client();
    s.from(alice, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.from(alice, get("/", authorization(ntlm_authenticate())));
    EXPECT_EQ(s.asked, s.u(2)) << "the transport is changed after the round trip";
    s.from(s.u(2), unauthorized("NTLM"));
    EXPECT_NE(because(s, 2).find("came on a shared one"), std::string::npos);
    s.from(alice, get("/", authorization(ntlm_negotiate()))).from(s.u(2), unauthorized(ntlm_challenge()));
    s.from(alice, get("/", authorization(ntlm_authenticate())));
    EXPECT_EQ(s.asked, s.u(2)) << "the second attempt stays together";
    s.from(s.u(2), ok());
}

TEST(LikeTraefik, ALoginAfterABare401StaysOnOneConnectionThatIsTheClientsAlone) {
    Script s(with_policy("like/traefik-3.1"));
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    EXPECT_EQ(s.carried(1), s.u(1));
    EXPECT_EQ(s.carried(2), s.u(2));
    EXPECT_EQ(s.carried(3), s.u(2));
    EXPECT_EQ(next_goes_to(s, bob), s.u(1)) << "the shared one, where nobody is logged in";
    EXPECT_EQ(next_goes_to(s, alice), s.u(2));
    EXPECT_NE(because(s, 5).find("transport of this client connection"), std::string::npos);
}

TEST(LikeTraefik, ATicketSentUnaskedStaysBehindOnTheSharedConnection) {
    Script s(with_policy("like/traefik-3.1"));
    const auto alice = s.client(), bob = s.client();
    log_in_with_kerberos(s, alice);
    EXPECT_EQ(next_goes_to(s, bob), s.u(1));
    EXPECT_NE(because(s, 2).find("that all share"), std::string::npos);
}

TEST(LikeTraefik, ALineThatIsSpeltOtherwiseIsNotSeen) {
    for (const char* offer : {"ntlm", "negotiate", "Basic realm=\"x\", NTLM", "Kerberos"}) {
        Script s(with_policy("like/traefik-3.1"));
        const auto alice = s.client();
        s.from(alice, get()).from(s.u(1), unauthorized(offer));
        EXPECT_EQ(next_goes_to(s, alice), s.u(1)) << offer;
    }
}

TEST(LikeTraefik, AConnectionOfItsOwnEndsWithItsClientAndIsReplacedWithoutAWord) {
    Script s(with_policy("like/traefik-3.1"));
    const auto alice = s.client();
    log_in(s, alice);
    s.fin(s.u(2));
    EXPECT_FALSE(s.closed(alice));
    EXPECT_EQ(next_goes_to(s, alice), s.u(3)) << "not the shared one";
    s.fin(alice);
    EXPECT_TRUE(s.closed(s.u(3)));
    EXPECT_FALSE(s.closed(s.u(1)));
}

// ---- Squid ----

TEST(LikeSquid, CredentialsOfAConnectionBasedSchemePinTheConnectionThatCarriesThem) {
    for (const std::string& value : {ntlm_negotiate(), kerberos_login(), std::string("ntlm AAAA")}) {
        Script s(with_policy("like/squid"));
        const auto alice = s.client(), bob = s.client();
        s.from(alice, get("/", authorization(value))).from(s.u(1), ok());
        EXPECT_EQ(next_goes_to(s, bob), s.u(2));
        EXPECT_EQ(next_goes_to(s, alice), s.u(1));
        EXPECT_NE(because(s, 3).find("Squid has pinned it"), std::string::npos);
    }
}

TEST(LikeSquid, AnOfferAloneAndBasicPinNothing) {
    Script s(with_policy("like/squid"));
    const auto alice = s.client(), bob = s.client();
    s.from(alice, get()).from(s.u(1), unauthorized("NTLM"));
    EXPECT_EQ(next_goes_to(s, bob), s.u(1));
    s.from(alice, get("/", authorization("Basic YTpi"))).from(s.u(1), ok());
    EXPECT_EQ(next_goes_to(s, bob), s.u(1));
}

TEST(LikeSquid, AClientWhosePinnedConnectionGoesIsClosedSoThatItCanKnow) {
    Script s(with_policy("like/squid"));
    const auto alice = s.client();
    log_in(s, alice);
    s.fin(*s.carried(3));
    EXPECT_TRUE(s.closed(alice));
}

TEST(LikeSquid, APinnedConnectionWhoseClientIsGoneIsClosedAndNeverPooled) {
    Script s(with_policy("like/squid"));
    const auto alice = s.client(), bob = s.client();
    log_in_with_kerberos(s, alice);
    s.fin(alice);
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_EQ(next_goes_to(s, bob), s.u(2));
}

}  // namespace
}  // namespace why401
