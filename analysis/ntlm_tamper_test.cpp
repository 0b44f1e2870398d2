// NTLM messages that somebody changed on their way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::Contains;
using testing::HasSubstr;

Story login(const test::NtlmOddity& odd) {
    Story told = story();
    told.on(1, 1).get("/").refuses();
    told.get("/").negotiate().challenges();
    return told.get("/").odd(odd).authenticate("CONTOSO\\alice");
}

// --- NTLM-MIC-001

TEST(NtlmMic001, TheServerSaysThatTheMessagesWereAltered) {
    const auto told = tell(login({}).logged(1, 0x8009030F).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-MIC-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(tell(login({}).says("Via: 1.1 wa").logged(1, 0x8009030F).refuses()).only().culprit,
              Culprit::Intermediary);
}

TEST(NtlmMic001, AClientThatSawAnotherChallengeThanTheServerSentCannotSealIt) {
    const auto told = tell(login({.sealed = true, .rewritten = "WAF7"}).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-MIC-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_THAT(told.only().because, HasSubstr("WEB01"));
    EXPECT_THAT(told.only().because, HasSubstr("WAF7"));
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NTLM-MIC-001");
}

TEST(NtlmMic001, AChangedChallengeThatNobodySealedOrThatWorkedIsNone) {
    EXPECT_EQ(tell(login({.rewritten = "WAF7"}).refuses()).failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(tell(login({.sealed = true, .rewritten = "WAF7"}).answers(200)).failures(), "");
}

TEST(NtlmMic001, CannotTellWithoutThePassword) {
    EXPECT_EQ(tell(login({.sealed = true}).refuses()).failures(), "3:NTLM-FAIL-001");
    // Where no rule can say anything, this is named among what would help.
    Story told = story();
    const auto heard =
        tell(told.on(1, 1).get("/").odd({.sealed = true}).authenticate("CONTOSO\\alice", 7).refuses());
    EXPECT_EQ(heard.failures(), "1:UNKNOWN-401");
    EXPECT_THAT(heard.only().not_visible, Contains(HasSubstr("NTLM-MIC-001")));
}

}  // namespace
}  // namespace why401
