// Rule 12 of the relay: what a switch of the policy does to connections and to logins under way.

#include <gtest/gtest.h>

#include "tests/support/relay_logins.h"

namespace why401 {
namespace {

using namespace test;

TEST(RelayRules, Rule12_LeavingAffinityMakesIdleConnectionsPoolable) {
    Script s;
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    s.set("pooled/lifo");
    EXPECT_EQ(next_goes_to(s, bob), s.u(1)) << "bob is served as alice: the bug, on purpose";
    ASSERT_EQ(s.events<PolicyChanged>().size(), 1u);
    EXPECT_EQ(s.events<PolicyChanged>()[0].before, "affinity");
    EXPECT_EQ(s.exchange(4).decision->policy, "pooled/lifo");
}

TEST(RelayRules, Rule12_EnteringAffinityOrAuthAwareRetiresPooledConnections) {
    for (const char* policy : {"affinity", "auth-aware"}) {
        Script s(with_policy("pooled/lifo"));
        const auto idle = s.client(), busy = s.client();
        s.from(busy, get());
        s.from(idle, get()).from(s.u(2), ok());
        s.set(policy);
        EXPECT_TRUE(s.closed(s.u(2)));
        EXPECT_FALSE(s.closed(s.u(1))) << "an exchange is under way";
        s.from(s.u(1), ok());
        EXPECT_TRUE(s.closed(s.u(1)));
        EXPECT_EQ(s.sent(busy), ok());
        EXPECT_FALSE(s.closed(busy));
    }
}

TEST(RelayRules, Rule12_AHandshakeInFlightFinishesWhereItBegan) {
    for (const char* before : {"affinity", "pooled/lifo", "auth-aware"}) {
        for (const char* after :
             {"affinity", "auth-aware", "pooled/switch", "pooled/fifo", "per-request", "like/nginx-1.29.7"}) {
            if (std::string(before) == after) continue;
            Script s(with_policy(before));
            const auto alice = s.client(), bob = s.client();
            s.from(alice, get("/", authorization(ntlm_negotiate())))
                .from(s.u(1), unauthorized(ntlm_challenge()));
            s.set(after);
            EXPECT_NE(next_goes_to(s, bob), s.u(1)) << before << " to " << after;
            s.from(alice, get("/", authorization(ntlm_authenticate())));
            EXPECT_EQ(s.asked, s.u(1)) << before << " to " << after;
            s.from(s.u(1), ok());
            if (std::string(after).starts_with("a")) {
                EXPECT_EQ(next_goes_to(s, alice), s.u(1)) << "and its fruits stay with her in " << after;
            }
        }
    }
}

TEST(RelayRules, Rule12_AHandshakeWhoseChallengeIsOnItsWayFinishesWhereItBegan) {
    for (const char* after : {"auth-aware", "pooled/switch", "pooled/fifo", "per-request"}) {
        Script s;
        const auto alice = s.client();
        s.from(alice, get("/", authorization(ntlm_negotiate())));
        s.set(after);
        s.from(s.u(1), unauthorized(ntlm_challenge()));
        s.from(alice, get("/", authorization(ntlm_authenticate())));
        EXPECT_EQ(s.asked, s.u(1)) << after;
    }
}

TEST(RelayRules, Rule12_AHandshakeWhoseConnectionIsStillBeingOpenedFinishesWhereItBegan) {
    for (const char* after : {"auth-aware", "pooled/lifo", "pooled/fifo", "per-request"}) {
        Script s;
        const auto alice = s.client(), bob = s.client();
        s.hold_connects = true;
        s.from(alice, get("/", authorization(ntlm_negotiate())));
        s.set(after);
        s.hold_connects = false;
        s.settle().from(s.u(1), unauthorized(ntlm_challenge()));
        EXPECT_NE(next_goes_to(s, bob), s.u(1)) << after;
        s.from(alice, get("/", authorization(ntlm_authenticate())));
        EXPECT_EQ(s.asked, s.u(1)) << after;
    }
}

// Seen under load: a blind pool had split a client's handshakes over two connections, and after the switch
// the relay took turns among the two for ever.
TEST(RelayRules, Rule12_AClientLeftWithTwoHandshakesOfABlindPoolCanLogInAfterTheSwitch) {
    for (const char* after : {"affinity", "auth-aware"}) {
        Script s(with_policy("pooled/fifo"));
        const auto alice = s.client(), bob = s.client();
        s.from(alice, get()).from(bob, get());
        s.from(s.u(1), ok()).from(s.u(2), ok());
        for (int i = 0; i < 2; ++i) {  // on one, then on the other
            s.from(alice, get("/", authorization(ntlm_negotiate())));
            s.from(s.asked, unauthorized(ntlm_challenge()));
        }
        s.set(after);
        s.from(alice, get("/", authorization(ntlm_negotiate())));
        const ConnectionId began_on = s.asked;
        s.from(began_on, unauthorized(ntlm_challenge()));
        s.from(alice, get("/", authorization(ntlm_authenticate())));
        EXPECT_EQ(s.asked, began_on) << after;
        s.from(began_on, ok());
        EXPECT_EQ(next_goes_to(s, alice), began_on) << after;
    }
}

TEST(RelayRules, Rule12_ALoginThatIsBeingCheckedDuringTheSwitchBelongsToItsClientAlone) {
    for (const bool kerberos : {false, true}) {
        for (const char* before : {"affinity", "pooled/lifo", "per-request"}) {
            for (const char* after : {"affinity", "auth-aware"}) {
                if (std::string(before) == after) continue;
                SCOPED_TRACE(std::string(before) + " to " + after + (kerberos ? ", Kerberos" : ", NTLM"));
                Script s(with_policy("affinity"));
                const auto alice = s.client(), bob = s.client();
                if (!kerberos) {
                    s.from(alice, get("/", authorization(ntlm_negotiate())))
                        .from(s.u(1), unauthorized(ntlm_challenge()));
                    s.set(before);
                    s.from(alice, get("/", authorization(ntlm_authenticate())));
                } else {
                    s.set(before);
                    s.from(alice, get("/", authorization(kerberos_login())));
                }
                s.set(after);
                s.from(s.u(1), ok());
                EXPECT_NE(next_goes_to(s, bob), s.u(1)) << "nobody else is lent her login";
                if (!kerberos) {
                    EXPECT_EQ(next_goes_to(s, alice), s.u(1)) << "and it stays with her";
                }
            }
        }
    }
}

TEST(RelayRules, Rule12_TheSeedsStory_ALoginThenTheSwitchThenTheHeaderlessRequestElsewhere) {
    Script s;
    const auto alice = s.client();
    log_in(s, alice);
    s.set("pooled/switch");
    EXPECT_EQ(next_goes_to(s, alice), s.u(2)) << "where the server has never heard of her: 401.2";
}

TEST(RelayRules, Rule12_ANewNegotiateRestartsTheLogin) {
    Script s;
    const auto alice = s.client();
    log_in(s, alice);
    s.from(alice, get("/", authorization(ntlm_negotiate()))).from(s.u(1), unauthorized(ntlm_challenge()));
    s.from(alice, get("/", authorization(ntlm_authenticate("bob")))).from(s.u(1), ok());
    EXPECT_EQ(s.opened(), 1u);
    s.fin(s.u(1));
    EXPECT_TRUE(s.closed(alice));
}

}  // namespace
}  // namespace why401
