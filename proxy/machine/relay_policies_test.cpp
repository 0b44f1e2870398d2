// What each policy does with the connections of others, and what each injected fault breaks.

#include <gtest/gtest.h>

#include "tests/support/relay_logins.h"

namespace why401 {
namespace {

using namespace test;

// ---- policies ----

TEST(RelayPolicies, BlindPoolsServeBobAsAlice) {
    for (const char* policy :
         {"pooled/lifo", "pooled/fifo", "pooled/round-robin", "pooled/random:3", "like/nginx-1.29.7"}) {
        Script s(with_policy(policy));
        const auto alice = s.client(), bob = s.client();
        log_in(s, alice);
        EXPECT_EQ(next_goes_to(s, bob), s.u(1)) << policy;
    }
}

TEST(RelayPolicies, UnderSwitchAndPerRequestNoLoginCanSucceed) {
    for (const char* policy : {"pooled/switch", "per-request"}) {
        Script s(with_policy(policy));
        const auto alice = s.client();
        log_in(s, alice);
        EXPECT_NE(s.carried(2), s.carried(3)) << policy;
        EXPECT_NE(s.carried(1), s.carried(2)) << policy;
    }
}

TEST(RelayPolicies, PerRequestClosesEachConnectionAfterItsExchange) {
    Script s(with_policy("per-request"));
    const auto c = s.client();
    next_goes_to(s, c);
    EXPECT_TRUE(s.closed(s.u(1)));
    next_goes_to(s, c);
    EXPECT_EQ(s.opened(), 2u);
    EXPECT_TRUE(s.open_upstreams().empty());
    EXPECT_FALSE(s.closed(c));
}

TEST(RelayPolicies, InAPoolTheServersCloseIsNotTheClients) {
    Script s(with_policy("pooled/lifo"));
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok("x", "Connection: close\r\n"));
    EXPECT_EQ(s.sent(c), ok("x"));
    EXPECT_FALSE(s.closed(c));
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_EQ(next_goes_to(s, c), s.u(2));
}

TEST(RelayPolicies, InAPoolTheClientsCloseIsNotTheServers) {
    Script s(with_policy("pooled/lifo"));
    const auto c = s.client(), d = s.client();
    s.from(c, get("/", "Connection: close\r\n"));
    EXPECT_EQ(s.sent(s.u(1)), got());
    s.from(s.u(1), ok());
    EXPECT_TRUE(s.closed(c));
    EXPECT_EQ(next_goes_to(s, d), s.u(1));
}

TEST(RelayPolicies, APooledConnectionOutlivesItsClientUntilItIsIdleForTooLong) {
    Script s(with_policy("pooled/lifo"));
    const auto c = s.client();
    next_goes_to(s, c);
    s.fin(c);
    EXPECT_FALSE(s.closed(s.u(1)));
    s.later(59'000);
    EXPECT_FALSE(s.closed(s.u(1)));
    s.later(2'000);
    EXPECT_TRUE(s.closed(s.u(1)));
}

TEST(RelayPolicies, APinnedConnectionDiesWithItsClient) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    s.fin(alice);
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_EQ(next_goes_to(s, bob), s.u(2));
}

// ---- faults ----

TEST(RelayFaults, CloseAfterChallengeClosesBetweenTheLegs) {
    Script s(with_fault("close-after-challenge"));
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_FALSE(s.closed(c));
    EXPECT_EQ(s.exchange(1).injected, std::vector<std::string>{"close-after-challenge"});
    s.from(c, get("/", authorization(ntlm_authenticate())));
    EXPECT_EQ(s.asked, s.u(2)) << "the AUTHENTICATE meets a server that asked nothing";
}

TEST(RelayFaults, InterleaveAnonymousSlipsARequestOfItsOwnIntoTheLogin_ocelot_1423) {
    Script s(with_fault("interleave-anonymous"));
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.take(s.u(1)), s.take(c);
    s.from(c, get("/x", authorization(ntlm_authenticate())));
    EXPECT_EQ(s.take(s.u(1)), "GET /x HTTP/1.1\r\nHost: web01\r\n\r\n");
    s.from(s.u(1), unauthorized("NTLM"));
    EXPECT_EQ(s.take(c), "") << "its answer goes to nobody";
    EXPECT_EQ(s.take(s.u(1)), got("/x", authorization(ntlm_authenticate())));
    s.from(s.u(1), "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(status_of(s.take(c)), 500);
    const Exchange ours = s.exchange(3);
    EXPECT_FALSE(ours.client_connection.has_value());
    EXPECT_EQ(ours.status, 401);
    EXPECT_EQ(ours.injected, std::vector<std::string>{"interleave-anonymous"});
    EXPECT_EQ(s.exchange(2).injected, std::vector<std::string>{"interleave-anonymous"});
}

TEST(RelayFaults, DelayAuthenticateHoldsItBackForThatLong) {
    Script s(with_fault("delay-authenticate:1500"));
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.take(s.u(1));
    s.from(c, get("/", authorization(ntlm_authenticate())));
    s.later(1400);
    EXPECT_EQ(s.take(s.u(1)), "");
    s.later(200);
    EXPECT_EQ(s.take(s.u(1)), got("/", authorization(ntlm_authenticate())));
    s.from(s.u(1), ok());
    EXPECT_EQ(s.exchange(2).injected, std::vector<std::string>{"delay-authenticate"});
}

TEST(RelayFaults, ADelayThatOutlastsTheServerEndsOnAnotherConnection) {
    Script s(with_fault("delay-authenticate:1500"));
    const auto c = s.client();
    s.from(c, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.from(c, get("/", authorization(ntlm_authenticate()))).fin(s.u(1));
    EXPECT_FALSE(s.closed(c)) << "the break is to be seen";
    s.later(1600);
    EXPECT_EQ(s.asked, s.u(2));
}

TEST(RelayFaults, RetryAuthenticateSendsItOnANewConnection) {
    Script s(with_fault("retry-authenticate"));
    const auto c = s.client();
    log_in(s, c);
    EXPECT_EQ(s.carried(2), s.u(1));
    EXPECT_EQ(s.carried(3), s.u(2));
    EXPECT_TRUE(s.injected("retry-authenticate"));
    EXPECT_NE(s.exchange(3).decision->because.find("retry-authenticate"), std::string::npos);
}

TEST(RelayFaults, EditsOfHeadsAreMadeRecordedAndJournalled) {
    struct Case {
        const char *fault, *gone, *there;
    };
    for (const Case& k :
         {Case{"drop-authorization", "Authorization", ""}, Case{"add-via", "", "Via: 1.1 why401"},
          Case{"http10-upstream", "HTTP/1.1", "HTTP/1.0"}}) {
        Script s(with_fault(k.fault));
        const auto c = s.client();
        s.from(c, get("/", authorization(ntlm_negotiate())));
        if (*k.gone) {
            EXPECT_EQ(s.sent(s.u(1)).find(k.gone), std::string::npos) << k.fault;
        }
        EXPECT_NE(s.sent(s.u(1)).find(k.there), std::string::npos) << k.fault;
        s.from(s.u(1), ok());
        EXPECT_TRUE(s.injected(k.fault));
    }
    for (const Case& k : {Case{"drop-www-authenticate", "WWW-Authenticate", ""},
                          Case{"drop-proxy-support", "Proxy-Support", ""},
                          Case{"join-challenges", "Negotiate\r\n", "Negotiate, NTLM"}}) {
        Script s(with_fault(k.fault));
        const auto c = s.client();
        s.from(c, get()).from(s.u(1), unauthorized("Negotiate", "WWW-Authenticate: NTLM\r\n"));
        EXPECT_EQ(s.sent(c).find(k.gone), std::string::npos) << k.fault;
        EXPECT_NE(s.sent(c).find(k.there), std::string::npos) << k.fault;
        EXPECT_TRUE(s.injected(k.fault));
    }
}

TEST(RelayFaults, Http10UpstreamEndsTheConnectionAfterEachAnswer) {
    Script s(with_fault("http10-upstream"));
    const auto c = s.client();
    s.from(c, get()).from(s.u(1), ok());
    EXPECT_TRUE(s.closed(s.u(1)));
}

TEST(RelayFaults, NothingIsBrokenUnasked) {
    Script s;
    const auto c = s.client();
    log_in(s, c);
    for (const Exchange& e : s.exchanges()) EXPECT_TRUE(e.injected.empty());
    s.set("affinity", faults({"add-via"}));
    ASSERT_EQ(s.events<FaultsChanged>().size(), 1u);
    EXPECT_EQ(s.events<FaultsChanged>()[0].enabled, std::vector<std::string>{"add-via"});
    s.set("affinity");
    EXPECT_TRUE(s.events<FaultsChanged>()[1].enabled.empty());
    EXPECT_TRUE(s.events<PolicyChanged>().empty());
}

}  // namespace
}  // namespace why401
