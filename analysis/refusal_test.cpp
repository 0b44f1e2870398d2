// Credentials that a server looked at and refused, what its pages say, and what nobody can explain.

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
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";

std::string detailed(const std::string& substatus, const std::string& code = "0x80070005") {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401," + substatus + "," +
           code + ",17763\">x</a>";
}

Story whole_login_refused(const std::string& page = "") {
    return story()
        .on(1, 1)
        .get("/")
        .refuses()
        .get("/")
        .negotiate()
        .challenges()
        .get("/")
        .authenticate(kAlice)
        .page(page)
        .refuses();
}

// --- NTLM-FAIL-001

TEST(NtlmFail001, AWholeHandshakeThatIsRefusedIsLikelyAWrongPassword) {
    const auto told = tell(whole_login_refused());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NTLM-FAIL-001");
    EXPECT_EQ(told.conversations.at(1).outcome, "refused");
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("password")));
}

TEST(NtlmFail001, ARightPasswordAfterAWrongOneIsTwoConversations) {
    const auto told = tell(
        whole_login_refused().get("/").negotiate().challenges().get("/").authenticate(kAlice).answers(200));
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    ASSERT_EQ(told.conversations.size(), 2U);
    EXPECT_EQ(told.conversations.at(2).outcome, "authenticated");
}

TEST(NtlmFail001, IsOnlyPossibleForAUserWhoWasLetInBefore) {
    const auto told = tell(story()
                               .on(1, 1)
                               .ntlm_login(kAlice)
                               .on(2, 2)
                               .get("/x")
                               .negotiate()
                               .challenges()
                               .get("/x")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "5:NTLM-FAIL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(NtlmFail001, CannotTellWithoutTheChallenge) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").authenticate(kAlice, 7).refuses()).failures(), "1:UNKNOWN-401");
}

TEST(NtlmFail001, TheServersOwnCodeIsEnoughWithoutConnections) {
    const auto told = tell(story()
                               .unknown_connections()
                               .get("/")
                               .authenticate(kAlice, 7)
                               .page(detailed("1", "0x8009030C"))
                               .refuses());
    EXPECT_EQ(told.failures(), "1:NTLM-FAIL-001");
}

// --- NTLM-LOOP-003

TEST(NtlmLoop003, TheThirdRefusalWithinAMinuteIsALoop) {
    const auto told = tell(whole_login_refused()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses()
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001 5:NTLM-FAIL-001 7:NTLM-LOOP-003");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Likely);
}

Story basic_refused(Story tale, const std::string& password) {
    return tale.get("/").basic("alice", password).offers("Basic realm=\"r\"").answers(401);
}

TEST(NtlmLoop003, IdenticalBasicCredentialsMakeItCertain) {
    const auto told =
        tell(basic_refused(basic_refused(basic_refused(story().https().on(1, 1), "x"), "x"), "x"));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001 2:BASIC-BAD-001 3:NTLM-LOOP-003");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Certain);
}

TEST(NtlmLoop003, DigestCredentialsAreNeverCalledIdentical) {
    auto tale = story().on(1, 1);
    for (const char digit : {'a', 'b', 'c'})
        tale.get("/")
            .credentials("Digest username=\"alice\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"" +
                         std::string(32, digit) + "\"")
            .offers("Digest realm=\"r\", nonce=\"n\"")
            .answers(401);
    const auto told = tell(tale);
    EXPECT_EQ(told.findings.rbegin()->second.rule, "NTLM-LOOP-003");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Likely);
}

TEST(NtlmLoop003, RefusalsFarApartAreNoLoop) {
    const auto told = tell(basic_refused(
        basic_refused(basic_refused(story().https().on(1, 1), "x").wait(61'000), "x").wait(61'000), "x"));
    EXPECT_THAT(told.failures(), Not(HasSubstr("LOOP")));
}

TEST(NtlmLoop003, APageThatBlamesTheAclProvesThatTheCredentialsWereGood) {
    auto tale = story().on(1, 1);
    for (int i = 0; i < 4; ++i)
        tale.get("/payroll")
            .negotiate()
            .challenges()
            .get("/payroll")
            .authenticate(kAlice)
            .page("<a href=\"x?IIS70Error=401,3,0x80070005,17763\">")
            .refuses();
    EXPECT_EQ(tell(tale).failures(), "2:IIS-4013-ACL 4:IIS-4013-ACL 6:IIS-4013-ACL 8:IIS-4013-ACL");
    const auto told =
        tell(tale.get("/other").negotiate().challenges().get("/other").authenticate(kAlice).refuses());
    EXPECT_EQ(told.findings.rbegin()->second.rule, "NTLM-FAIL-001");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Possible);
}

TEST(NtlmLoop003, RefusalsAtDifferentPagesAreNoLoop) {
    auto tale = story().on(1, 1);
    for (const char* path : {"/a", "/b", "/c", "/d"})
        tale.get(path).negotiate().challenges().get(path).authenticate(kAlice).refuses();
    EXPECT_THAT(tell(tale).failures(), Not(HasSubstr("LOOP")));
}

TEST(NtlmLoop003, CannotTellWhoAnAnonymousLoginIs) {
    auto tale = story().on(1, 1);
    for (int i = 0; i < 4; ++i) tale.get("/").negotiate().challenges().get("/").authenticate("").refuses();
    EXPECT_THAT(tell(tale).failures(), Not(HasSubstr("LOOP")));
}

TEST(NtlmLoop003, SplitLoginsAreNotCountedAgainstTheUser) {
    auto tale = story().policy("pooled/switch");
    for (std::uint64_t i = 0; i < 4; ++i)
        tale.on(1, 2 * i + 1)
            .get("/")
            .negotiate()
            .challenges()
            .on(1, 2 * i + 2)
            .get("/")
            .authenticate(kAlice)
            .refuses();
    EXPECT_EQ(tell(tale).failures(), "2:NTLM-POOL-002 4:NTLM-POOL-002 6:NTLM-POOL-002 8:NTLM-POOL-002");
}

// --- CLIENT-UNSOLICITED-003

TEST(ClientUnsolicited003, BasicWhereOnlyWindowsSchemesAreOffered) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .offers("Negotiate")
                               .offers("NTLM")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:CLIENT-UNSOLICITED-003");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Likely);
    EXPECT_EQ(told.findings.rbegin()->second.culprit, Culprit::Client);
}

TEST(ClientUnsolicited003, APageThatSays4012MakesItCertain) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .offers("NTLM")
                               .page("<a href=\"x?IIS70Error=401,2,0x80070005,17763\">")
                               .answers(401));
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Certain);
}

TEST(ClientUnsolicited003, BasicThatIsOfferedIsNot) {
    EXPECT_EQ(
        tell(story().https().on(1, 1).get("/").basic("alice", "x").offers("Basic realm=\"r\"").answers(401))
            .failures(),
        "1:BASIC-BAD-001");
}

TEST(ClientUnsolicited003, CannotTellWithoutAChallenge) {
    EXPECT_THAT(tell(story().https().on(1, 1).get("/").basic("alice", "x").answers(401)).failures(),
                Not(HasSubstr("UNSOLICITED")));
}

// --- BASIC-BAD-001, BASIC-CLEAR-004

TEST(BasicBad001, CredentialsAnsweredByAnotherBasicChallenge) {
    const auto told = tell(basic_refused(story().https().on(1, 1), "wrong"));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().because, Not(HasSubstr("wrong")));  // the password stays where it was
}

TEST(BasicBad001, AServerThatDoesNotTakeBasicHasNotLookedAtThePassword) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").basic("alice", "x").refuses()).failures(),
              "1:CLIENT-UNSOLICITED-003");
}

TEST(BasicBad001, CannotTellWithoutTheChallenges) {
    EXPECT_EQ(tell(story().https().server("x").on(1, 1).get("/").basic("alice", "x").answers(401)).failures(),
              "1:RFC-NOCHAL-001");
}

TEST(BasicClear004, APasswordInTheClearIsAPostureToldOnce) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .answers(200)
                               .get("/b")
                               .basic("alice", "x")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    ASSERT_EQ(told.findings.size(), 1U);
    EXPECT_EQ(told.only().rule, "BASIC-CLEAR-004");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
    EXPECT_EQ(told.conversations.size(), 1U);
}

TEST(BasicClear004, InsideTlsItIsFine) {
    EXPECT_TRUE(tell(story().https().on(1, 1).get("/").basic("alice", "x").answers(200)).findings.empty());
}

TEST(BasicClear004, OtherSchemesSayNothingInTheClear) {
    EXPECT_TRUE(tell(story().on(1, 1).get("/").credentials("Bearer abc").answers(200)).findings.empty());
}

// --- NTLM-REFUSE-001

TEST(NtlmRefuse001, ANegotiateAnsweredByABareChallengeGrowsSurerWithTheSecond) {
    const auto told =
        tell(story().on(1, 1).get("/").negotiate().refuses().on(2, 2).get("/").negotiate().refuses());
    EXPECT_EQ(told.failures(), "1:NTLM-REFUSE-001 2:NTLM-REFUSE-001");
    EXPECT_EQ(told.findings.at(1).confidence, Confidence::Possible);
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Likely);
}

TEST(NtlmRefuse001, BehindAnIntermediaryItIsOnlyPossible) {
    const auto told = tell(story().on(1, 1).get("/").negotiate().says("Via: 1.1 x").refuses());
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(NtlmRefuse001, AServerThatNeverOfferedNtlmDoesNotRefuseIt) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").negotiate().offers("Basic realm=\"r\"").answers(401)).failures(),
              "1:CLIENT-UNSOLICITED-003");
}

// --- other schemes

TEST(NormDigest005, AStaleNonceIsNormal) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .credentials("Digest username=\"alice\", nonce=\"1\", response=\"x\"")
                               .offers("Digest realm=\"r\", nonce=\"2\", stale=true")
                               .answers(401)
                               .get("/")
                               .credentials("Digest username=\"alice\", nonce=\"2\", response=\"y\"")
                               .answers(200));
    EXPECT_EQ(told.readings(), "NORM-DIGEST-005 NORM-DIGEST-005");
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
}

TEST(NormDigest005, AFreshNonceRefusedIsNot) {
    EXPECT_EQ(
        tell(story()
                 .https()
                 .on(1, 1)
                 .get("/")
                 .credentials("Digest username=\"alice\", realm=\"r\", nonce=\"1\", uri=\"/\", response=\"" +
                              std::string(32, 'a') + "\"")
                 .offers("Digest realm=\"r\", nonce=\"2\"")
                 .answers(401))
            .failures(),
        "1:DIGEST-BAD-001");
}

TEST(Norm304007, ALoginThatEndsInNotModifiedIsHealthy) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/s.js")
                               .refuses()
                               .get("/s.js")
                               .negotiate()
                               .challenges()
                               .get("/s.js")
                               .authenticate(kAlice)
                               .answers(304));
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-304-007");
    EXPECT_EQ(told.conversations.at(1).verdict, "NORM-304-007");
}

TEST(Unknown401, NamesWhatWouldHelp) {
    const auto told =
        tell(story().server("x").on(1, 1).get("/").credentials("ApiKey abc").offers("ApiKey").answers(401));
    EXPECT_EQ(told.failures(), "1:UNKNOWN-401");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().fix, Contains(HasSubstr("log")));
    EXPECT_EQ(told.summary.unexplained_401, 1U);
}

TEST(Unknown401, ARecordWithoutHeadsIsNotGuessedAt) {
    auto items = story().on(1, 1).get("/").refuses().items();
    std::get<Exchange>(items[0]).request = {};
    std::get<Exchange>(items[0]).response = {};
    const auto told = tell(items);
    EXPECT_EQ(told.failures(), "1:UNKNOWN-401");
    EXPECT_EQ(told.exchanges.at(1).leg, "none");
}

}  // namespace
}  // namespace why401
