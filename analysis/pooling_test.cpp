// The seed's 401.2 and its relatives: logins that are taken apart, lost or lent by pooling.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::tell;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kBob = "CONTOSO\\bob";

TEST(HealthyLogin, HasNoFindingAndEveryLegHasItsName) {
    const auto told = tell(story().on(1, 1).ntlm_login(kAlice).get("/logo.png").answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003 -");
    ASSERT_EQ(told.conversations.size(), 1U);
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
    EXPECT_EQ(told.conversations.at(1).verdict, "NORM-NTLM-003");
    EXPECT_EQ(told.conversations.at(1).identity, kAlice);
    EXPECT_EQ(told.exchanges.at(4).identity, kAlice);
    EXPECT_EQ(told.summary.normal_401, 2U);
    EXPECT_EQ(told.summary.explained_401, 0U);
}

TEST(NtlmPool001, ARequestMovedToAnotherConnectionAfterTheLoginIsTheProxysFault) {
    const auto told =
        tell(story().on(1, 1).ntlm_login(kAlice).policy("pooled/switch").on(1, 3).get("/logo.png").refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-001");
    const Finding& finding = told.only();
    EXPECT_EQ(finding.culprit, Culprit::ThisProxy);
    EXPECT_EQ(finding.confidence, Confidence::Certain);
    EXPECT_EQ(finding.because,
              "CONTOSO\\alice had logged in on U1 (exchange 3), but this proxy (policy pooled/switch) sent "
              "exchange 4 of the "
              "same client connection C1 on U3, which the server had never authenticated, so the server "
              "answered 401.2.");
    EXPECT_EQ(told.exchanges.at(4).client_identity, kAlice);
    EXPECT_EQ(told.exchanges.at(4).identity, std::nullopt);
    ASSERT_TRUE(told.exchanges.at(4).substatus);
    EXPECT_EQ(told.exchanges.at(4).substatus->value, "401.2");
}

TEST(NtlmPool001, IsNotSureWhereTheRefusalOffersNoLogin) {
    const auto told = tell(
        story().on(1, 1).ntlm_login(kAlice).policy("pooled/switch").on(1, 3).get("/api/orders").answers(401));
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible) << "an application may have said so";
}

TEST(NtlmPool001, ANameInOtherLettersIsTheSameSite) {
    const auto told = tell(story()
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .policy("pooled/switch")
                               .on(1, 3)
                               .host("WEB01.TEST")
                               .get("/")
                               .refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-001");
}

TEST(NtlmPool001, IsSilentWhereTheClientNeverLoggedIn) {
    const auto told =
        tell(story().policy("pooled/switch").on(1, 1).get("/").refuses().on(1, 2).get("/").refuses());
    EXPECT_THAT(told.failures(), testing::Not(HasSubstr("NTLM-POOL-001")));
}

TEST(NtlmPool001, CannotTellWithoutServerConnections) {
    const auto told =
        tell(story().client(1).unknown_upstream().ntlm_login(kAlice).get("/logo.png").refuses());
    EXPECT_THAT(told.failures(), testing::Not(HasSubstr("NTLM-POOL-001")));
}

TEST(NtlmPool002, AnAuthenticateOnAnotherConnectionThanItsChallengeIsASplitLogin) {
    const auto told = tell(story()
                               .policy("pooled/switch")
                               .on(1, 2)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 3)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-NTLM-002");
    EXPECT_EQ(told.conversations.at(1).outcome, "broken");
}

TEST(NtlmPool002, AWholeLoginThatIsRefusedIsNoSplit) {
    const auto told =
        tell(story().on(1, 2).get("/").negotiate().challenges().get("/").authenticate(kAlice).refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmPool002, CannotTellWithoutServerConnections) {
    const auto told = tell(story()
                               .client(1)
                               .unknown_upstream()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:UNKNOWN-401");
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("NTLM-POOL-002")));
}

TEST(NtlmPool003, IsOnlyLikelyInAFolderThatNeverAskedForALogin) {
    auto tale = story()
                    .policy("pooled/lifo")
                    .on(1, 1)
                    .ntlm_login("CONTOSO\\alice", "/")
                    .on(2, 1)
                    .get("/public/logo.png")
                    .answers(200);
    const auto told = tell(tale);
    EXPECT_EQ(told.only().rule, "NTLM-POOL-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(tell(tale.on(2, 1).get("/payroll").answers(200)).findings.rbegin()->second.confidence,
              Confidence::Certain);
}

TEST(NtlmPool003, AnotherClientsRequestOnALoggedInConnectionIsServedAsTheWrongUser) {
    const auto told =
        tell(story().policy("pooled/lifo").on(1, 1).ntlm_login(kAlice).on(2, 1).get("/").answers(200));
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-003");
    EXPECT_EQ(told.only().severity, Severity::Critical);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.exchanges.at(4).identity, kAlice);
    EXPECT_EQ(told.exchanges.at(4).client_identity, std::nullopt);
}

TEST(NtlmPool003, TheSameUserOnTwoClientConnectionsIsNotServedAsAnybodyElse) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 2)
                               .ntlm_login(kAlice)
                               .on(2, 1)
                               .get("/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
}

TEST(NtlmPool003, APageOpenToAnybodyProvesNothing) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(3, 5)
                               .get("/open/")
                               .answers(200)
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 1)
                               .get("/open/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
}

TEST(NtlmPool003, CannotTellWithoutClientConnections) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .unknown_connections()
                               .upstream(1)
                               .ntlm_login(kAlice)
                               .get("/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
}

TEST(NtlmPool003, BobWhoLoggedInElsewhereIsServedAsAlice) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 2)
                               .ntlm_login(kBob)
                               .on(2, 1)
                               .get("/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "7:NTLM-POOL-003");
    EXPECT_EQ(told.exchanges.at(7).client_identity, kBob);
    EXPECT_EQ(told.exchanges.at(7).identity, kAlice);
}

// --- NTLM-POOL-006

TEST(NtlmPool006, AnotherClientsNegotiateOnTheSharedConnectionEndsTheLoginNotTheServer) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .get("/")
                               .answers(200)
                               .on(2, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .on(2, 1)
                               .get("/")
                               .authenticate(kBob)
                               .refuses());
    EXPECT_EQ(told.failures(), "6:NTLM-POOL-006 7:NTLM-PIPE-001");
    const Finding& finding = told.findings.begin()->second;
    EXPECT_EQ(finding.culprit, Culprit::ThisProxy);
    EXPECT_EQ(finding.confidence, Confidence::Certain);
    EXPECT_EQ(finding.because,
              "CONTOSO\\alice had logged in on U1 (exchange 3); this proxy then lent U1 to another client "
              "connection, C2, whose own login message in exchange 5 ended that login, so exchange 6 of C1 "
              "came as a stranger, and the server answered 401.2.");
    EXPECT_THAT(finding.ruled_out, testing::Not(testing::Contains(HasSubstr("pooling"))));
}

TEST(NtlmPool006, ALoginThatWasReplacedIsTheProxysFaultWhoeverStandsBehind) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kBob)
                               .answers(200)
                               .on(1, 1)
                               .get("/alice/")
                               .says("Via: 1.1 gateway")
                               .refuses());
    EXPECT_EQ(told.failures(), "6:NTLM-POOL-006");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Likely) << "the server was not seen to keep a login";
    EXPECT_THAT(told.only().because, HasSubstr("came as CONTOSO\\bob, and"));
}

TEST(NtlmPool006, IsSilentWhereTheOtherClientsLoginCameBefore) {
    const auto told = tell(story()
                               .policy("auth-aware")
                               .on(2, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .get("/x")
                               .refuses());
    EXPECT_THAT(told.failures(), HasSubstr("5:NTLM-PERSIST-001"));
    EXPECT_THAT(told.failures(), testing::Not(HasSubstr("NTLM-POOL-006")));
}

TEST(NtlmPool006, CannotTellWhoseLoginItWasWithoutItsClientConnection) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .unknown_connections()
                               .upstream(1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 1)
                               .get("/")
                               .refuses());
    EXPECT_THAT(told.failures(), testing::Not(HasSubstr("NTLM-POOL-006")));
    EXPECT_THAT(told.failures(), testing::Not(HasSubstr("NTLM-PERSIST-001")));
}

// --- a parent proxy leads to many servers over one connection

TEST(ThroughAParentProxy, ARequestToAnotherSiteIsNotServedAsTheUserOfTheFirst) {
    const auto told = tell(story()
                               .policy("pooled/lifo")
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 1)
                               .host("news.test")
                               .get("/")
                               .answers(200)
                               .host("web01.test")
                               .get("/")
                               .answers(200));
    EXPECT_EQ(told.failures(), "5:NTLM-POOL-003") << "only the request to the same site is";
    EXPECT_EQ(told.exchanges.at(4).identity, std::nullopt);
}

TEST(ThroughAParentProxy, ARequestToAnotherSiteDoesNotInterruptALogin) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .host("news.test")
                               .get("/")
                               .answers(200)
                               .host("web01.test")
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001") << "a wrong password, not a request in between";
}

TEST(ThroughAParentProxy, TwoSitesAreNotOneSiteBehindABalancer) {
    const auto told = tell(story()
                               .on(1, 1)
                               .host("web02.test")
                               .computer("WEB02")
                               .ntlm_login(kBob)
                               .host("web01.test")
                               .computer("WEB01")
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "5:NTLM-FAIL-001");
}

}  // namespace
}  // namespace why401
