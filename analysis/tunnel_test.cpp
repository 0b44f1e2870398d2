// Tunnels: what passed unread is said to be unread, with what could be seen of it; a client that will not
// have its tunnel opened is told apart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// --- TUNNEL-OPAQUE-001

TEST(TunnelOpaque001, ATunnelThatPassedUnreadIsSaidSoOnce) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .on(1, 1)
                               .opens_tunnel()
                               .stays_opaque(1)
                               .on(2, 2)
                               .opens_tunnel()
                               .stays_opaque(2));
    EXPECT_EQ(told.failures(), "");
    ASSERT_EQ(told.findings.size(), 1U);
    EXPECT_EQ(told.only().rule, "TUNNEL-OPAQUE-001");
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_EQ(told.only().exchange, ExchangeId{1});
    EXPECT_THAT(told.only().fix.front(), HasSubstr("--intercept web01.test"));
}

TEST(TunnelOpaque001, NamesWhatTheHelloSaysAndAtTheEndHowMuchPassed) {
    TlsFacts hello;
    hello.server_name = "web01.test";
    hello.alpn_offered = {"h2", "http/1.1"};
    Story tale = story().on(1, 1).opens_tunnel().stays_opaque(1).tls(Leg::Client, 1, hello);
    const auto open = tell(tale);
    EXPECT_THAT(open.only().because, AllOf(HasSubstr("TLS for web01.test, offering h2 and http/1.1"),
                                           Not(HasSubstr("bytes went"))));
    const auto closed = tell(tale.carries(1, 1200, 56000).closes(Leg::Client, 1));
    ASSERT_EQ(closed.findings.size(), 1U);
    EXPECT_EQ(closed.only().id, open.only().id);
    EXPECT_THAT(closed.only().because, HasSubstr("1200 bytes went to the server and 56000 came back"));
}

TEST(TunnelOpaque001, ATunnelThatIsReadNeedsNoWord) {
    EXPECT_TRUE(tell(story().on(1, 1).opens_tunnel().https().get("/").answers(200)).findings.empty());
}

TEST(TunnelOpaque001, CannotTellForAConnectionWhoseConnectIsMissing) {
    EXPECT_TRUE(tell(story().connects(Leg::Client, 1).stays_opaque(1)).findings.empty());
}

// --- TLS-CLIENT-002

TlsFacts refusal(const std::string& check) {
    TlsFacts facts;
    facts.certificate = test::certificate("ours");
    facts.refusal = TlsRefusal{check, "it answered with the alert unknown_ca", "", "", false};
    return facts;
}

Story opens_tunnel_and_leaves(const std::string& check) {
    return story()
        .agent("curl/8")
        .on(1, 1)
        .opens_tunnel()
        .tls(Leg::Client, 1, refusal(check))
        .closes(Leg::Client, 1);
}

TEST(TlsClient002, AClientThatWillNotHaveOurCertificateIsSaidSoAtItsConnect) {
    const auto told = tell(opens_tunnel_and_leaves("client-distrusts-ca"));
    EXPECT_EQ(told.failures(), "1:TLS-CLIENT-002");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("web01.test:443"), HasSubstr("curl/8")));
    EXPECT_THAT(told.only().fix.front(), HasSubstr("--tunnel web01.test"));
    EXPECT_EQ(told.exchanges.at(1).finding, "TLS-CLIENT-002");
}

TEST(TlsClient002, HowSureItIsDependsOnWhatTheClientSaid) {
    const auto refuses = tell(opens_tunnel_and_leaves("client-refuses-certificate"));
    EXPECT_EQ(refuses.only().confidence, Confidence::Likely);
}

TEST(TunnelOpaque001, WhatWasOpenedAndThenBecameAnotherProtocolWasNotUnread) {
    TlsFacts opened;
    opened.version = "TLSv1.3";
    opened.certificate = test::certificate("ours");
    EXPECT_TRUE(
        tell(story().on(1, 1).opens_tunnel().tls(Leg::Client, 1, opened).stays_opaque(1)).findings.empty());
}

TEST(TlsClient002, AClientThatMerelyLeavesHasNothingAgainstUs) {
    EXPECT_EQ(tell(opens_tunnel_and_leaves("client-left")).failures(), "") << "browsers connect in advance";
    EXPECT_EQ(tell(opens_tunnel_and_leaves("reset")).failures(), "");
    EXPECT_EQ(tell(story().on(1, 1).opens_tunnel().closes(Leg::Client, 1)).failures(), "");
}

TEST(TlsClient002, TheSetUpPageAsksThatVeryQuestion) {
    Story tale = story().agent("curl/8").host("why401.test").on(1, 1).opens_tunnel();
    EXPECT_EQ(
        tell(tale.tls(Leg::Client, 1, refusal("client-distrusts-ca")).closes(Leg::Client, 1)).failures(), "");
}

TEST(TlsClient002, CannotTellForAConnectionWhoseConnectIsMissing) {
    EXPECT_EQ(tell(story()
                       .connects(Leg::Client, 1)
                       .tls(Leg::Client, 1, refusal("client-distrusts-ca"))
                       .closes(Leg::Client, 1))
                  .failures(),
              "");
}

// --- TLS-CLIENT-004

TEST(TlsClient004, AClientThatNeedsMoreThanIsSpokenHereIsSaidSo) {
    const auto old = tell(opens_tunnel_and_leaves("old-protocol"));
    EXPECT_EQ(old.failures(), "1:TLS-CLIENT-004");
    EXPECT_EQ(old.only().culprit, Culprit::Client);
    EXPECT_THAT(old.only().fix.front(), HasSubstr("--tunnel web01.test"));
    EXPECT_EQ(tell(opens_tunnel_and_leaves("no-common-protocol")).only().culprit, Culprit::ThisProxy);
}

TEST(TlsClient004, AClientThatLeavesOrStallsIsNotSaidToDisagree) {
    for (const char* check : {"client-left", "closed", "timeout", "peer-alert"})
        EXPECT_EQ(tell(opens_tunnel_and_leaves(check)).failures(), "") << check;
}

TEST(TlsClient004, CannotTellForAConnectionWhoseConnectIsMissing) {
    EXPECT_EQ(tell(story()
                       .connects(Leg::Client, 1)
                       .tls(Leg::Client, 1, refusal("old-protocol"))
                       .closes(Leg::Client, 1))
                  .failures(),
              "");
}

}  // namespace
}  // namespace why401
