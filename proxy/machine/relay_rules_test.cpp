// The rules of the relay, each learnt from a real proxy's bug: a test is named after the rule and the public
// report it comes from.

#include <gtest/gtest.h>

#include "tests/support/relay_logins.h"

namespace why401 {
namespace {

using namespace test;

const std::string kProxySupport =
    "Proxy-Support: Session-Based-Authentication\r\nConnection: Proxy-Support\r\n";

// ---- rule 1 ----

TEST(RelayRules, Rule1_NobodyElseEverGetsAClientsConnection_haproxy_581) {
    Script s;
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    EXPECT_EQ(next_goes_to(s, alice), s.u(1));
    EXPECT_EQ(next_goes_to(s, bob), s.u(2)) << "with a 401 to come, not with alice's name";
    EXPECT_EQ(next_goes_to(s, alice), s.u(1));
    s.fin(alice);
    EXPECT_TRUE(s.closed(s.u(1))) << "what a client owned goes with it";
    const auto carol = s.client();
    EXPECT_EQ(next_goes_to(s, carol), s.u(3));
}

// ---- rule 2 ----

TEST(RelayRules, Rule2_AnIdleClientIsClosedWhenItsLoginDies_squid_client_side) {
    for (const bool kerberos : {false, true}) {
        Script s;
        const auto alice = s.client();
        kerberos ? log_in_with_kerberos(s, alice) : log_in(s, alice);
        s.fin(s.u(1));
        EXPECT_TRUE(s.closed(alice));
        EXPECT_FALSE(s.was_reset(alice));
    }
}

TEST(RelayRules, Rule2_WithAnotherLoginAliveTheClientIsClosedWhenThatOriginIsNextWanted_squid_client_side) {
    Script s;
    const auto alice = s.client();
    log_in(s, alice);
    s.from(alice, "GET http://web02/ HTTP/1.1\r\nHost: web02\r\n" + authorization(kerberos_login()) + "\r\n");
    s.from(s.u(2), ok());
    s.fin(s.u(1));
    EXPECT_FALSE(s.closed(alice)) << "its login at web02 lives";
    s.from(alice, "GET http://web02/ HTTP/1.1\r\nHost: web02\r\n\r\n").from(s.u(2), ok());
    EXPECT_FALSE(s.closed(alice));
    s.take(alice);
    s.from(alice, get());
    EXPECT_EQ(s.take(alice), "") << "no answer of ours";
    EXPECT_TRUE(s.closed(alice));
    EXPECT_EQ(s.opened(), 2u) << "the header-less request must not meet a 401.2 on a new connection";
}

TEST(RelayRules, Rule2_AConnectionWithoutALoginMayDieUnnoticed) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok()).fin(s.u(1));
    EXPECT_FALSE(s.closed(c));
    EXPECT_EQ(next_goes_to(s, c), s.u(2));
}

TEST(RelayRules, Rule2_ARefusedLoginIsNone) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.from(c, get("/", authorization(ntlm_authenticate()))).from(s.u(1), unauthorized("NTLM"));
    s.fin(s.u(1));
    EXPECT_FALSE(s.closed(c)) << "it has just been told 401";
}

// ---- rule 3 ----

TEST(RelayRules, Rule3_AnAuthenticateIsNeverSentOnAnotherConnection_nginx_ntlm_module_6) {
    for (const std::string& value :
         {ntlm_authenticate(), ntlm_authenticate("alice", "Negotiate"), kerberos_login()}) {
        Script s;
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), unauthorized("Negotiate"));
        s.take(c);
        s.from(c, get("/", authorization(value))).rst(s.u(1));
        EXPECT_EQ(s.opened(), 1u) << value;
        EXPECT_EQ(s.carried(2), s.u(1));
    }
}

TEST(RelayRules, Rule3_AnApReqIsNeverSentTwice_requests_kerberos_135) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok());
    s.from(c, get("/", authorization(kerberos_login()))).fin(s.u(1));
    EXPECT_EQ(s.opened(), 1u) << "the server would call it a replay (34)";
}

TEST(RelayRules, Rule3_ARequestOnAnAuthenticatedConnectionIsNotRetriedEither) {
    Script s;
    const auto c = s.client();
    log_in(s, c);
    s.take(c);
    s.from(c, get("/next")).rst(s.u(1));
    EXPECT_EQ(s.opened(), 1u);
    EXPECT_EQ(s.take(c), "") << "no answer: the client starts anew as it would without a proxy";
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(4).outcome, Outcome::Broken);
}

TEST(RelayRules, Rule3_NoCredentialsAtAllAreRetried) {
    for (const std::string value : {"NTLM", "Negotiate AAAA", "Nego2 YHYG"}) {
        Script s;
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), ok());
        s.from(c, get("/", authorization(value))).rst(s.u(1));
        EXPECT_EQ(s.opened(), 1u) << value;
    }
}

// ---- rule 4 ----

TEST(RelayRules, Rule4_PreemptiveKerberosPinsByTheRequestAlone_haproxy_2985) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    log_in_with_kerberos(s, alice);  // 200 at once, never a 401
    EXPECT_EQ(next_goes_to(s, bob), s.u(2));
    EXPECT_EQ(next_goes_to(s, alice), s.u(1));
}

TEST(RelayRules, Rule4_TheFirstLoginIsNotSplit_traefik_11037) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    s.from(alice, get()).from(s.u(1), unauthorized("NTLM"));
    s.from(alice, get("/", authorization(ntlm_negotiate())));
    EXPECT_EQ(s.asked, s.u(1));
    s.from(s.u(1), unauthorized(ntlm_challenge()));
    EXPECT_EQ(next_goes_to(s, bob), s.u(2)) << "between the legs nobody slips in";
    s.from(alice, get("/", authorization(ntlm_authenticate())));
    EXPECT_EQ(s.asked, s.u(1));
}

TEST(RelayRules, Rule4_AResponseAtAnyStatusInEitherFamilyPins_haproxy_581) {
    for (const std::string response :
         {"HTTP/1.1 200 OK\r\nWWW-Authenticate: Negotiate oRQwEg==\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 404 No\r\nwww-authenticate: ntlm\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 401 No\r\nWWW-Authenticate: Nego2 YHYG\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\", Kerberos\r\nContent-Length: 0\r\n\r\n"}) {
        Script s(with_policy("auth-aware"));
        const auto alice = s.client(), bob = s.client();
        s.from(alice, get()).from(s.u(1), response);
        EXPECT_EQ(next_goes_to(s, bob), s.u(2)) << response;
        EXPECT_EQ(next_goes_to(s, alice), s.u(1)) << "for the life of the connection";
    }
}

TEST(RelayRules, Rule4_WithoutSuchASchemeTheConnectionIsShared) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    s.from(alice, get("/", authorization("Basic YTpi"))).from(s.u(1), unauthorized("Basic realm=\"x\""));
    EXPECT_EQ(next_goes_to(s, bob), s.u(1));
}

// ---- rule 5 ----

TEST(RelayRules, Rule5_ProxySupportIsAnnouncedOnceWithAConnectionBasedChallenge_corefx_30327) {
    for (const std::string challenge : {"NTLM", "Negotiate", "Nego2", "Basic realm=\"a\", NTLM"}) {
        Script s;
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), unauthorized(challenge));
        EXPECT_EQ(s.sent(c), "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + challenge +
                                 "\r\nContent-Length: 4\r\n" + kProxySupport + "\r\nnope");
        ASSERT_EQ(s.exchange(1).response_edits.size(), 1u) << "and the edit is recorded";
    }
}

TEST(RelayRules, Rule5_NotWhereItWouldBeUntrueOrOutOfPlace) {
    for (const std::string& response :
         {unauthorized("Basic realm=\"x\""), ok("", "WWW-Authenticate: NTLM\r\n"),
          std::string("HTTP/1.1 403 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n"),
          unauthorized("NTLM", "Proxy-Support: Session-Based-Authentication\r\n")}) {
        Script s;
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), response);
        EXPECT_EQ(s.sent(c), response);
    }
}

TEST(RelayRules, Rule5_TheParentsOwnAnnouncementIsRenewedForThisHop) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), unauthorized("NTLM", kProxySupport));
    const std::string& sent = s.sent(c);
    EXPECT_NE(sent.find(kProxySupport), std::string::npos);
    EXPECT_EQ(sent.find("Proxy-Support: "), sent.rfind("Proxy-Support: ")) << "once";
}

// ---- rule 6 ----

TEST(RelayRules, Rule6_NoViaIsAdded_isa_blog_2009) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok());
    EXPECT_EQ(s.sent(s.u(1)).find("Via"), std::string::npos);
    EXPECT_EQ(s.sent(c).find("Via"), std::string::npos);
    s.from(c, get("/", "Via: 1.1 before\r\n"));
    EXPECT_TRUE(s.sent(s.u(1)).ends_with(got("/", "Via: 1.1 before\r\n"))) << "another's stays";
}

// ---- rule 7 ----

TEST(RelayRules, Rule7_ChallengeLinesStaySeparate_node_http_proxy_727) {
    Script s;
    const auto c = s.client();
    const std::string lines =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nX: y\r\nwww-AUTHENTICATE:  NTLM \r\n"
        "WWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n";
    s.from(c, get()).from(s.u(1), lines + "\r\n");
    EXPECT_EQ(s.sent(c), lines + kProxySupport + "\r\n");
}

// ---- rule 8 ----

TEST(RelayRules, Rule8_TheBodyOfA401IsDrainedBeforeTheNextLeg_sing_box_4227) {
    Script s;
    const auto c = s.client();
    s.from(c, get());
    s.from(s.u(1), "HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 6\r\n\r\nabc");
    s.take(s.u(1));
    s.from(c, get("/", authorization(ntlm_negotiate())));
    EXPECT_EQ(s.take(s.u(1)), "") << "the answer is not over";
    s.from(s.u(1), "def");
    EXPECT_EQ(s.take(s.u(1)), got("/", authorization(ntlm_negotiate())));
    EXPECT_EQ(s.opened(), 1u);
}

TEST(RelayRules, Rule8_ACloseOnTheFirstBareChallengeIsLegal_corefx_30327) {
    Script s;
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), unauthorized("NTLM", "Connection: close\r\n"));
    EXPECT_NE(s.sent(c).find("Connection: close\r\n"), std::string::npos) << "in affinity the client is told";
    EXPECT_TRUE(s.closed(c));
    const auto again = s.client();
    log_in(s, again);
    EXPECT_EQ(s.exchange(4).status, 200);
}

TEST(RelayRules, Rule8_ACloseOnTheChallengeReachesTheClientUnchanged_waffle_198) {
    Script s;
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate())));
    s.from(s.u(1), unauthorized(ntlm_challenge(), "Connection: close\r\n"));
    EXPECT_NE(s.sent(c).find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(s.exchange(1).outcome, Outcome::Complete) << "the server's doing, not ours";
}

// ---- rule 9 ----

TEST(RelayRules, Rule9_TheMiddleOfALoginMayLastAsLongAsTheServerLets_nginx_ntlm_module_ntlm_timeout) {
    for (const char* policy : {"affinity", "auth-aware", "pooled/lifo"}) {
        Script s(with_policy(policy));
        const auto c = s.client();
        s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
        for (int minute = 0; minute < 8; ++minute) s.later(60'000);  // somebody looks for a password
        EXPECT_FALSE(s.closed(s.u(1))) << policy;
        s.from(c, get("/", authorization(ntlm_authenticate())));
        EXPECT_EQ(s.asked, s.u(1)) << policy;
    }
}

// ---- rule 11 ----

TEST(RelayRules, Rule11_AnAnswerSaysThatItIsTheLastWhereNothingElseDoes_rfc9112_9_6) {
    const std::string last = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    for (const char* policy : {"affinity", "auth-aware", "pooled/lifo", "per-request"}) {
        const bool affinity = std::string(policy) == "affinity";
        for (const char* asked : {"Connection: close\r\n", "Proxy-Connection: close\r\n"}) {
            Script s(with_policy(policy));
            const auto c = s.client();
            s.from(c, get("/", asked)).from(s.u(1), ok());
            EXPECT_EQ(s.sent(c), affinity ? ok() : last) << policy << ": in affinity the server has the word";
            EXPECT_TRUE(s.closed(c));
            if (affinity) continue;
            const auto& edits = s.exchange(1).response_edits;
            ASSERT_EQ(edits.size(), 1u);
            EXPECT_NE(edits[0].because.find("RFC 9112 9.6"), std::string::npos);
        }
        Script s(with_policy(policy));
        const auto stays = s.client(), old = s.client();
        s.from(stays, get()).from(s.asked, ok());
        EXPECT_EQ(s.sent(stays), ok()) << "this one does not close";
        s.from(old, "GET http://web01/ HTTP/1.0\r\n\r\n").from(s.asked, ok());
        EXPECT_EQ(s.sent(old), ok()) << "HTTP/1.0 without keep-alive expects nothing else";
    }
}

TEST(RelayRules, Rule11_AnAnswerSaysThatItIsTheLastWhereTheLoginEndsWithIt) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client();
    log_in(s, alice);
    s.take(alice);
    s.from(alice, get()).from(s.u(1), ok("bye", "Connection: close\r\n"));
    EXPECT_EQ(s.take(alice), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye");
    EXPECT_TRUE(s.closed(alice)) << "relay rule 2";
}

}  // namespace
}  // namespace why401
