// Fields that stand twice, in the wrong message, at the wrong door, or in no grammar at all.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kBasic = "Basic realm=\"r\"";

Story at(const std::string& path = "/a") { return story().https().server("nginx").on(1, 1).get(path); }

// --- RFC-MULTIAUTH-004

TEST(RfcMultiauth004, TwoFieldsWithDifferentValues) {
    const auto told = tell(at().basic("alice", "x").credentials("Bearer abc").offers(kBasic).answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-MULTIAUTH-004");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().evidence.size(), 2U);
    EXPECT_EQ(tell(at().basic("alice", "x").credentials("Bearer abc").answers(400)).failures(),
              "1:RFC-MULTIAUTH-004");
}

TEST(RfcMultiauth004, OneFieldWithTwoSetsAndTwoAlike) {
    EXPECT_EQ(tell(at().credentials("Basic YTpi, Bearer abc").offers(kBasic).answers(401)).failures(),
              "1:RFC-MULTIAUTH-004");
    const auto twins = tell(at().basic("a", "b").basic("a", "b").offers(kBasic).answers(401));
    EXPECT_EQ(twins.only().confidence, Confidence::Likely);
}

TEST(RfcMultiauth004, CommasInsideOneSetAreItsOwn) {
    for (const char* value :
         {"AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, "
          "Signature=ab",
          "OAuth realm=\"r\", oauth_consumer_key=\"k\"", "Hawk id=\"a\", ts=\"1\", mac=\"x=\""})
        EXPECT_THAT(tell(at().credentials(value).offers(kBasic).answers(401)).failures(),
                    Not(HasSubstr("MULTIAUTH")))
            << value;
    EXPECT_EQ(tell(at().basic("a", "b").credentials("Bearer abc").answers(200)).failures(), "");
}

TEST(RfcMultiauth004, CannotTellOfABadRequestWithOneSet) {
    EXPECT_EQ(tell(at().basic("alice", "x").answers(400)).failures(), "");
}

// --- RFC-WWW-ON-REQ-003

TEST(RfcWwwOnReq003, ARequestThatCarriesTheServersField) {
    const auto told = tell(at().asks("WWW-Authenticate: Basic YTpi").offers(kBasic).answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-WWW-ON-REQ-003");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(RfcWwwOnReq003, AnAnswerThatCarriesTheClientsField) {
    const auto told = tell(at().says("Authorization: Basic realm=\"r\"").answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-WWW-ON-REQ-003");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(RfcWwwOnReq003, AClientThatAnswersAfterAllIsHealthy) {
    auto tale = at().asks("WWW-Authenticate: Basic").offers(kBasic).answers(401);
    EXPECT_EQ(tell(tale.get("/a").basic("alice", "x").answers(200)).failures(), "");
}

TEST(RfcWwwOnReq003, CannotTellWhileTheClientMayStillAnswer) {
    EXPECT_EQ(tell(at().asks("WWW-Authenticate: Basic").offers(kBasic).answers(401), false).failures(), "");
}

// --- PROXY-WRONGHDR-004

TEST(ProxyWronghdr004, TheProxysFieldInsideATunnelReachesNobodyWhoReadsIt) {
    const auto told = tell(at().asks("Proxy-Authorization: Basic YTpi").offers(kBasic).answers(401));
    EXPECT_EQ(told.failures(), "1:PROXY-WRONGHDR-004");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(ProxyWronghdr004, TheSitesFieldAtAProxyIsOnlyPossible) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/a")
                               .basic("alice", "x")
                               .says("Proxy-Authenticate: Basic realm=\"p\"")
                               .answers(407));
    EXPECT_THAT(told.failures(), HasSubstr("1:PROXY-WRONGHDR-004"));
    EXPECT_EQ(told.findings.begin()->second.confidence, Confidence::Possible);
}

TEST(ProxyWronghdr004, CredentialsForBothDoorsAreRight) {
    auto tale = at().asks("Proxy-Authorization: Basic YTpi").offers(kBasic).answers(401);
    EXPECT_EQ(tell(tale.get("/a").basic("alice", "x").answers(200)).failures(), "");
    EXPECT_THAT(tell(story()
                         .on(1, 1)
                         .get("/")
                         .credentials("Bearer abc")
                         .says("Proxy-Authenticate: Basic realm=\"p\"")
                         .answers(407))
                    .failures(),
                Not(HasSubstr("WRONGHDR")))
        << "a scheme that the proxy does not take was meant for the site";
}

TEST(ProxyWronghdr004, CannotTellWhetherTheProxyBehindWantedIt) {
    EXPECT_EQ(
        tell(story().on(1, 1).get("/a").asks("Proxy-Authorization: Basic YTpi").offers(kBasic).answers(401))
            .failures(),
        "1:CLIENT-NOAUTH-001");
}

// --- RFC-CHAL-SYNTAX-002

TEST(RfcChalSyntax002, AChallengeThatBreaksTheGrammarAndIsNotAnswered) {
    for (const char* challenge :
         {"Basic realm=My Site", "Basic realm='r'", "Basic realm=\"r", "Basic:realm=\"r\""}) {
        const auto told = tell(at().offers(challenge).answers(401).closes(Leg::Client, 1), false);
        EXPECT_EQ(told.failures(), "1:RFC-CHAL-SYNTAX-002") << challenge;
        EXPECT_EQ(told.only().culprit, Culprit::Server);
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
    }
}

TEST(RfcChalSyntax002, WhatIsAnsweredIsHealthy) {
    auto tale = at().offers("Basic realm=My Site").answers(401);
    EXPECT_EQ(tell(tale.get("/a").basic("alice", "x").answers(200)).failures(), "");
}

TEST(RfcChalSyntax002, AGoodChallengeThatIsNotAnsweredIsTheClientsAffair) {
    EXPECT_EQ(tell(at().offers(kBasic).answers(401)).failures(), "1:CLIENT-NOAUTH-001");
}

TEST(RfcChalSyntax002, CannotTellMuchWhenTheRecordEndsOrAnotherChallengeIsGood) {
    EXPECT_EQ(tell(at().offers("Basic realm=My Site").answers(401)).only().confidence, Confidence::Possible);
    const auto told = tell(
        at().offers("Basic realm=My Site").offers("Negotiate").answers(401).closes(Leg::Client, 1), false);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

}  // namespace
}  // namespace why401
