// Logins cut in two: keep-alive lost in the middle, and the guilt matrix of a split.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::tell;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

// --- NTLM-KA-004

TEST(NtlmKa004, ACloseThatTheServerSentWithItsChallengeIsTheServersFault) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .says("Connection: close")
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-NTLM-002");
}

TEST(NtlmKa004, AClientThatAskedToCloseHasItselfToBlame) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .asks("Connection: close")
                               .negotiate()
                               .challenges()
                               .on(2, 2)
                               .get("/")
                               .authenticate(kAlice, 1)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(NtlmKa004, AnInjectedCloseIsThisProxysFaultEvenWhenTheClientGivesUp) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .injected("close-after-challenge")
                               .challenges()
                               .closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr("fault close-after-challenge"));
    EXPECT_EQ(told.conversations.at(1).outcome, "broken");
}

TEST(NtlmKa004, HttpOneZeroUpstreamIsThisProxysFault) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .injected("http10-upstream")
                               .says("Connection: close")
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .injected("http10-upstream")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
}

TEST(NtlmKa004, AnAuthenticateHeldBackTooLongNamesTheGap) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .wait(5000)
                               .closes(Leg::Upstream, 1)
                               .get("/")
                               .injected("delay-authenticate:5000")
                               .authenticate(kAlice)
                               .answered_by_us(502));
    EXPECT_EQ(told.failures(), "2:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_THAT(told.only().because, HasSubstr("5.0 s later"));
}

TEST(NtlmKa004, AServerThatHangsUpBeforeTheAnswerIsNamedWithTheTimeItWaited) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .wait(120'000)
                               .closes(Leg::Upstream, 1)
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-KA-004");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().because, HasSubstr("2 min 0 s"));
}

TEST(NtlmKa004, ACloseOnTheFirstBareChallengeIsLegal) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .connects(Leg::Client, 2)
                               .on(1, 1)
                               .get("/")
                               .says("Connection: close")
                               .refuses()
                               .closes(Leg::Client, 1)
                               .on(2, 2)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
    EXPECT_EQ(told.conversations.size(), 1U);
}

TEST(NtlmKa004, CannotTellWhichChallengeWasAnswered) {
    const auto told = tell(story().on(1, 2).get("/").authenticate(kAlice, 99).refuses());
    EXPECT_EQ(told.failures(), "1:UNKNOWN-401");
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("the CHALLENGE")));
}

// --- NTLM-POOL-002, the rest of the guilt matrix

TEST(NtlmPool002, AClientThatSplitsItsOwnLoginIsToldSo) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(2, 2)
                               .get("/")
                               .authenticate(kAlice, 1)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(NtlmPool002, ARetryOfTheAuthenticateIsThisProxysFault) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .injected("retry-authenticate")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_THAT(told.only().fix, testing::Contains(HasSubstr("retry-authenticate off")));
}

TEST(NtlmPool002, AnotherProxysRecordBlamesThatProxy) {
    const auto told = tell(story()
                               .recorded_by_another_proxy()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
}

TEST(NtlmPool002, ASplitBehindUsIsLikelyAtMost) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .says("Via: 1.1 lb")
                               .page("<a href=\"x?IIS70Error=401,1,0x80090308,17763\">")
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmPool002, MatchesByOrderWhereTheChallengeHasNoTimestamp) {
    const auto told = tell(story()
                               .without_timestamps()
                               .policy("pooled/switch")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("no timestamp")));
}

TEST(NtlmPool002, PerRequestConnectionsSplitEveryLogin) {
    const auto told = tell(story()
                               .policy("per-request")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .closes(Leg::Upstream, 1, ClosedBy::Us, "policy per-request")
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
}

TEST(NtlmPool002, ServersThatAnswerTheSplitWithAnErrorAreUnderstoodToo) {
    const auto told = tell(story()
                               .policy("pooled/switch")
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .on(1, 2)
                               .get("/")
                               .authenticate(kAlice)
                               .answers(500));
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
}

}  // namespace
}  // namespace why401
