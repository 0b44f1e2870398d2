// Basic: what shows in the credentials themselves, and what does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kChallenge = "Basic realm=\"r\"";
constexpr const char* kChrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";

Story refused(const std::string& credentials, const std::string& challenge = kChallenge) {
    return story()
        .https()
        .server("nginx")
        .on(1, 1)
        .get("/a")
        .credentials(credentials)
        .offers(challenge)
        .answers(401);
}
std::string of(std::string_view user_and_password) { return "Basic " + base64::encode(user_and_password); }

// --- BASIC-SYNTAX-003

TEST(BasicSyntax003, EachFaultIsNamedAndNothingSecretIsShown) {
    const std::pair<std::string, const char*> cases[] = {
        {"Basic", "nothing stands after"},
        {of("alice:Sesame\n"), "line break"},
        {of("alice:Ses\tame"), "control character"},
        {of("alice"), "no colon"},
        {"Basic alice:Sesame", "not base64"},
        {"Basic \"" + base64::encode("alice:Sesame") + "\"", "not base64"},
        {"Basic Basic " + base64::encode("alice:Sesame"), "twice"},
        {"Basic user=\"alice\"", "parameters"},
    };
    for (const auto& [credentials, expected] : cases) {
        const auto told = tell(refused(credentials));
        ASSERT_EQ(told.failures(), "1:BASIC-SYNTAX-003") << credentials;
        EXPECT_THAT(told.only().because, HasSubstr(expected));
        EXPECT_THAT(told.only().because, Not(HasSubstr("Sesame")));
        EXPECT_EQ(told.only().confidence, Confidence::Certain) << credentials;
        EXPECT_EQ(told.only().culprit, Culprit::Client);
    }
}

TEST(BasicSyntax003, ForgottenPaddingIsOnlyLikely) {
    const auto told = tell(refused("Basic YWxpY2U6eA"));
    EXPECT_EQ(told.failures(), "1:BASIC-SYNTAX-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(BasicSyntax003, WellFormedCredentialsAreAWrongPassword) {
    for (const char* text : {"alice:x", "alice:", ":", "CONTOSO\\alice:p w"})
        EXPECT_EQ(tell(refused(of(text))).failures(), "1:BASIC-BAD-001") << text;
}

TEST(BasicSyntax003, WhatTheServerTakesIsNoFault) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").credentials(of("alice:x\n")).answers(200)).failures(),
              "");
}

TEST(BasicSyntax003, CannotTellWhereBasicIsNotLookedAt) {
    EXPECT_EQ(tell(refused(of("alice"), "Negotiate")).failures(), "1:CLIENT-UNSOLICITED-003");
}

// --- BASIC-UTF8-002

TEST(BasicUtf8002, AClientThatWasAskedForUtf8AndSentLatin1) {
    const auto told = tell(refused("Basic dGVzdDoxMjOj", "Basic realm=\"r\", charset=\"UTF-8\""));
    EXPECT_EQ(told.failures(), "1:BASIC-UTF8-002");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().because, HasSubstr("the password of test"));
}

TEST(BasicUtf8002, WithoutACharsetNobodyIsToBlame) {
    for (const char* value : {"Basic dGVzdDoxMjOj", "Basic dGVzdDoxMjPCow=="}) {
        const auto told = tell(refused(value));
        EXPECT_EQ(told.failures(), "1:BASIC-UTF8-002");
        EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    }
}

TEST(BasicUtf8002, BothAgreeOnUtf8SoItIsThePassword) {
    EXPECT_EQ(tell(refused("Basic dGVzdDoxMjPCow==", "Basic realm=\"r\", charset=\"UTF-8\"")).failures(),
              "1:BASIC-BAD-001");
}

TEST(BasicUtf8002, BytesThatWereAcceptedBeforeAreReadRight) {
    auto tale = story().https().on(1, 1).get("/a").credentials("Basic dGVzdDoxMjOj").answers(200);
    EXPECT_THAT(
        tell(tale.get("/b").credentials("Basic dGVzdDoxMjOj").offers(kChallenge).answers(401)).failures(),
        Not(HasSubstr("UTF8")));
}

TEST(BasicUtf8002, CannotTellWithoutAChallenge) {
    EXPECT_EQ(
        tell(story().server("x").https().on(1, 1).get("/").credentials("Basic dGVzdDoxMjOj").answers(401))
            .failures(),
        "1:RFC-NOCHAL-001");
}

// --- BASIC-COLON-005

TEST(BasicColon005, ASecondColonMayCutTheUserName) {
    const auto told = tell(refused(of("urn:alice:Sesame")));
    EXPECT_EQ(told.failures(), "1:BASIC-COLON-005");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("urn"));
    EXPECT_THAT(told.only().because, Not(HasSubstr("Sesame")));
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("a password may hold colons")));
}

TEST(BasicColon005, AUserWhoIsKnownHereHasNoColon) {
    auto tale = story().https().on(1, 1).get("/a").basic("alice", "a:b").answers(200);
    EXPECT_THAT(tell(tale.get("/a").basic("alice", "c:d").offers(kChallenge).answers(401)).failures(),
                Not(HasSubstr("COLON")));
}

TEST(BasicColon005, CannotTellWithoutAChallenge) {
    EXPECT_THAT(tell(story().https().server("x").on(1, 1).get("/").basic("a:b", "c").answers(401)).failures(),
                Not(HasSubstr("COLON")));
}

// --- BASIC-BAD-001 and AUTHZ-401-001

TEST(BasicBad001, AnotherPasswordThanTheOneThatWorkedIsWrong) {
    auto tale = story().https().server("nginx").on(1, 1).get("/a").basic("alice", "right").answers(200);
    const auto told = tell(tale.get("/a").basic("alice", "wrong").offers(kChallenge).answers(401));
    EXPECT_EQ(told.failures(), "2:BASIC-BAD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(Authz401001, TheSamePasswordRefusedElsewhereIsAMatterOfRights) {
    auto tale =
        story().https().server("Apache/2.4.57").on(1, 1).get("/a").basic("alice", "right").answers(200);
    const auto told = tell(tale.get("/secret").basic("alice", "right").offers(kChallenge).answers(401));
    EXPECT_EQ(told.failures(), "2:AUTHZ-401-001");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(BasicBad001, ApacheMayMeanThatTheUserIsNotAllowed) {
    auto tale = story().https().server("Apache/2.4.57").on(1, 1).get("/a").basic("alice", "x");
    EXPECT_THAT(tell(tale.offers(kChallenge).answers(401)).only().not_visible, Contains(HasSubstr("Apache")));
}

// --- AMBIENT-CACHE-001

TEST(AmbientCache001, ABrowserThatSendsUnaskedSendsFromMemory) {
    const auto told = tell(refused(of("alice:old")).agent(kChrome));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001") << "the name of another program";
    const auto browser = tell(story()
                                  .https()
                                  .agent(kChrome)
                                  .on(1, 1)
                                  .get("/a")
                                  .basic("alice", "old")
                                  .offers(kChallenge)
                                  .answers(401));
    EXPECT_EQ(browser.failures(), "1:AMBIENT-CACHE-001");
    EXPECT_EQ(browser.only().confidence, Confidence::Possible);
}

TEST(AmbientCache001, WhatWasJustTypedIsAWrongPassword) {
    auto tale = story().https().agent(kChrome).on(1, 1).get("/a").offers(kChallenge).answers(401);
    EXPECT_EQ(tell(tale.get("/a").basic("alice", "x").offers(kChallenge).answers(401)).failures(),
              "2:BASIC-BAD-001");
}

TEST(AmbientCache001, CannotTellOfAProgramThatAlwaysSendsAtOnce) {
    EXPECT_EQ(tell(story()
                       .https()
                       .agent("curl/7.88.1")
                       .on(1, 1)
                       .get("/a")
                       .basic("alice", "x")
                       .offers(kChallenge)
                       .answers(401))
                  .failures(),
              "1:BASIC-BAD-001");
}

// --- CLIENT-SCHEME-002

Story offered_both() {
    return story().https().on(1, 1).get("/a").offers("Negotiate").offers(kChallenge).answers(401).get("/a");
}

TEST(ClientScheme002, BasicAlthoughNegotiateWasOfferedIsAPosture) {
    const auto told = tell(offered_both().basic("alice", "x").answers(200));
    EXPECT_EQ(told.failures(), "");
    ASSERT_EQ(told.findings.size(), 1U);
    EXPECT_EQ(told.only().rule, "CLIENT-SCHEME-002");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, AnyOf(HasSubstr("Negotiate and Basic"), HasSubstr("Negotiate, Basic")));
}

TEST(ClientScheme002, TheOnlySchemeOnOfferIsNoChoice) {
    EXPECT_THAT(tell(story()
                         .https()
                         .on(1, 1)
                         .get("/a")
                         .offers(kChallenge)
                         .answers(401)
                         .get("/a")
                         .basic("a", "x")
                         .answers(200))
                    .findings,
                IsEmpty());
}

TEST(ClientScheme002, CannotTellWhatWasOfferedBeforeTheRecordBegan) {
    EXPECT_THAT(tell(story().https().on(1, 1).get("/a").basic("alice", "x").answers(200)).findings,
                IsEmpty());
}

}  // namespace
}  // namespace why401
