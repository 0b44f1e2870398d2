// Relay rule 2, where it is easily forgotten: whatever ends the upstream connection that holds a login, the
// client must be able to know. Its next request without credentials must not meet a 401 of our making.

#include <gtest/gtest.h>

#include "tests/support/relay_logins.h"

namespace why401 {
namespace {

using namespace test;

TEST(RelayLoginLoss, AResponseHeadThatBreaksOffEndsTheClientConnection) {
    for (const char* policy : {"affinity", "auth-aware"}) {
        Script s(with_policy(policy));
        const auto alice = s.client();
        log_in(s, alice);
        s.take(alice);
        s.from(alice, get()).from(s.u(1), "HTTP/1.1 200 OK\r\nX-Half").fin(s.u(1));
        const std::string page = s.take(alice);
        EXPECT_EQ(status_of(page), 502) << policy;
        EXPECT_NE(page.find("\r\nConnection: close\r\n"), std::string::npos) << policy << page;
        EXPECT_TRUE(s.closed(alice)) << policy;
    }
}

TEST(RelayLoginLoss, AMalformedResponseEndsTheClientConnection) {
    Script s;
    const auto alice = s.client();
    log_in(s, alice);
    s.from(alice, get()).from(s.u(1), "HTTP/1.1 OK\r\n\r\n");
    EXPECT_TRUE(s.closed(alice));
}

TEST(RelayLoginLoss, AServerThatClosesBehindItsAnswerEndsTheClientConnectionInAuthAwareToo) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    s.from(alice, get()).from(s.u(1), ok("last", "Connection: close\r\n"));
    EXPECT_TRUE(s.closed(s.u(1)));
    EXPECT_TRUE(s.closed(alice)) << "the field is taken out in this policy: only the end tells it";
    s.from(bob, get()).from(s.upstream(), ok("anonymous", "Connection: close\r\n"));
    EXPECT_FALSE(s.closed(bob)) << "who has no login has lost none";
}

TEST(RelayLoginLoss, ALoginCheckedDuringASwitchIsLostAloud) {
    Script s;
    const auto alice = s.client();
    s.from(alice, get("/", authorization(kerberos_login()))).set("auth-aware");
    s.from(s.u(1), ok("welcome", "Connection: close\r\n"));
    EXPECT_TRUE(s.closed(alice));
}

TEST(RelayLoginLoss, APrivateConnectionOutlivesTheIdleTimeOfThePool) {
    Script s(with_policy("auth-aware"));
    const auto alice = s.client(), bob = s.client();
    log_in(s, alice);
    s.from(bob, get()).from(s.u(2), ok());
    s.later(61'000);
    EXPECT_TRUE(s.closed(s.u(2))) << "nobody is logged in there";
    EXPECT_EQ(next_goes_to(s, alice), s.u(1));
}

TEST(RelayLoginLoss, AnUploadWhoseServerLeavesAfterAnEarlyAnswerEndsTheClientConnection) {
    Script s;
    const auto alice = s.client();
    log_in(s, alice);
    s.from(alice, "POST http://web01/ HTTP/1.1\r\nHost: web01\r\nContent-Length: 4\r\n\r\nab");
    s.from(s.u(1), ok("enough")).fin(s.u(1)).from(alice, "cd");
    EXPECT_TRUE(s.closed(alice));
}

}  // namespace
}  // namespace why401
