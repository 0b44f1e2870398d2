// Bearer tokens: their form and signature, what they permit, and servers that say little or nothing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jwt.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::jwt_of;
using test::story;
using test::Story;
using test::tell;
using test::Told;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kInvalid = "Bearer error=\"invalid_token\"";

std::string good(const std::string& more = "") { return jwt_of(R"({"sub":"alice","exp":4500)" + more + "}"); }
Story sent(const std::string& credentials) {
    return story().https().server("Kestrel").on(1, 1).get("/orders").credentials(credentials);
}
Told refused(const std::string& credentials, const std::string& challenge) {
    return tell(sent(credentials).offers(challenge).answers(401));
}
std::string described(const std::string& words) {
    return std::string(kInvalid) + ", error_description=\"" + words + "\"";
}

// --- BEARER-SIG-004

TEST(BearerSig004, TheServerSaysThatItCannotVerify) {
    for (const char* words :
         {"The signature key was not found", "The signature is invalid",
          "Signed JWT rejected: Invalid signature", "IDX10501: Signature validation failed.",
          "Didn't find publicKey for kid", "signing method HS256 is invalid"}) {
        const auto told = refused("Bearer " + good(), described(words));
        EXPECT_EQ(told.failures(), "1:BEARER-SIG-004") << words;
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
        EXPECT_THAT(told.only().because, HasSubstr("kid k1"));
        EXPECT_THAT(told.only().because, Not(HasSubstr(test::url64("not a signature"))));
    }
    const auto told = tell(sent("Bearer " + good()).page("Jwks remote fetch is failed").answers(401));
    EXPECT_EQ(told.failures(), "1:BEARER-SIG-004");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(BearerSig004, ATokenThatNobodySigned) {
    const auto told = refused("Bearer " + jwt_of(R"({"exp":4500})", R"({"alg":"none"})", ""), kInvalid);
    EXPECT_EQ(told.failures(), "1:BEARER-SIG-004");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(BearerSig004, ASignedTokenIsNotSuspected) {
    EXPECT_EQ(refused("Bearer " + good(), kInvalid).failures(), "1:BEARER-INVALID-008");
}

TEST(BearerSig004, CannotTellOfAnOpaqueToken) {
    EXPECT_EQ(refused("Bearer 2YotnFZFEjr1zCsicMWpAA", kInvalid).failures(), "1:BEARER-INVALID-008");
}

// --- BEARER-SYNTAX-005

TEST(BearerSyntax005, EachFaultIsNamed) {
    const std::string token = good();
    const std::pair<std::string, const char*> cases[] = {
        {"Bearer", "no token follows"},
        {"Bearer null", "the word null"},
        {"Bearer undefined", "the word undefined"},
        {"Bearer [object Object]", "[object Object]"},
        {"Bearer Bearer " + token, "twice"},
        {"Bearer \"" + token + "\"", "quotes"},
        {"Bearer <token>", "placeholder"},
        {"Bearer ${TOKEN}", "placeholder"},
        {"Bearer: " + token, "colon"},
        {"Bearer " + token.substr(0, token.rfind('.')), "cut off"},
        {"Bearer " + token.substr(0, 80) + " " + token.substr(80), "blank"},
        {token, "without the word Bearer"},
    };
    for (const auto& [credentials, expected] : cases) {
        const auto told = refused(credentials, kInvalid);
        ASSERT_EQ(told.failures(), "1:BEARER-SYNTAX-005") << credentials;
        EXPECT_THAT(told.only().because, HasSubstr(expected)) << credentials;
        EXPECT_EQ(told.only().confidence, Confidence::Certain) << credentials;
        EXPECT_EQ(told.only().culprit, Culprit::Client);
    }
}

TEST(BearerSyntax005, OutlookAsksWithAnEmptyBearerAndThenLogsIn) {
    Story tale = sent("Bearer").offers("Negotiate").offers("NTLM").answers(401);
    tale = tale.get("/orders")
               .negotiate()
               .challenges()
               .get("/orders")
               .authenticate("CONTOSO\\alice")
               .answers(200);
    EXPECT_EQ(tell(tale).failures(), "");
    EXPECT_EQ(tell(tale).readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
}

TEST(BearerSyntax005, AnEmptyBearerDoesNotAnswerTheOneBefore) {
    Story tale = sent("Bearer")
                     .offers("NTLM")
                     .answers(401)
                     .get("/orders")
                     .credentials("Bearer")
                     .offers("NTLM")
                     .answers(401);
    EXPECT_EQ(tell(tale).failures(), "1:BEARER-SYNTAX-005 2:BEARER-SYNTAX-005");
}

TEST(BearerSyntax005, OpaqueTokensAreLegal) {
    for (const char* token :
         {"2YotnFZFEjr1zCsicMWpAA", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "a.b.c", "nullable"})
        EXPECT_EQ(refused(std::string("Bearer ") + token, kInvalid).failures(), "1:BEARER-INVALID-008")
            << token;
}

TEST(BearerSyntax005, TheServerSaysThatItCannotReadIt) {
    const auto told = refused("Bearer " + good(), described("IDX12741: JWT must have three segments"));
    EXPECT_EQ(told.failures(), "1:BEARER-SYNTAX-005");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(BearerSyntax005, CannotTellWhetherATokenAloneIsWhatThisApiWants) {
    EXPECT_THAT(refused(good(), "ApiKey").failures(), Not(HasSubstr("SYNTAX")));
}

// --- BEARER-SCOPE-006

TEST(BearerScope006, AForbiddenRequestIsToldTheScopeItLacks) {
    const auto told = tell(sent("Bearer " + good(R"(,"scp":"read")"))
                               .offers("Bearer error=\"insufficient_scope\", scope=\"write\"")
                               .answers(403));
    EXPECT_EQ(told.failures(), "1:BEARER-SCOPE-006");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr("wants the scope \"write\", the token says \"read\""));
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
}

TEST(BearerScope006, AMalformedRequestAndAStrongerLoginAreToldToo) {
    EXPECT_EQ(
        tell(sent("Bearer " + good()).offers("Bearer error=\"invalid_request\"").answers(400)).failures(),
        "1:BEARER-SCOPE-006");
    EXPECT_EQ(refused("Bearer " + good(), "Bearer error=\"insufficient_user_authentication\", max_age=5")
                  .failures(),
              "1:BEARER-SCOPE-006");
}

TEST(BearerScope006, ARegistryThatWantsAWiderTokenIsHardlyAFault) {
    const auto told = refused("Bearer " + good(),
                              "Bearer realm=\"https://auth.docker.io/token\",service=\"registry\","
                              "scope=\"repository:a/b:pull\",error=\"insufficient_scope\"");
    EXPECT_EQ(told.only().severity, Severity::Info);
}

TEST(BearerScope006, AForbiddenOrBadRequestThatSaysNothingIsTheApplicationsAffair) {
    EXPECT_EQ(tell(sent("Bearer " + good()).answers(403)).failures(), "");
    EXPECT_EQ(tell(sent("Bearer " + good()).page("{\"error\":\"invalid_request\"}").answers(400)).failures(),
              "");
}

TEST(BearerScope006, CannotTellWithoutTheServersWord) {
    EXPECT_EQ(refused("Bearer " + good(), "Bearer").failures(), "1:BEARER-NOERR-007");
}

// --- BEARER-NOERR-007

TEST(BearerNoerr007, ABareChallengeInAnswerToAToken) {
    const auto told = refused("Bearer " + good(), "Bearer");
    EXPECT_EQ(told.failures(), "1:BEARER-NOERR-007");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(BearerNoerr007, AServerThatSaysItSawNoneBehindAGateway) {
    const auto told = tell(sent("Bearer " + good())
                               .says("Via: 1.1 gateway")
                               .offers("Bearer")
                               .page("Jwt is missing")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:BEARER-NOERR-007");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
}

TEST(BearerNoerr007, ARequestWithoutATokenAndItsRetryAreNormal) {
    const char* docker = "Bearer realm=\"https://auth.docker.io/token\",service=\"registry\",scope=\"pull\"";
    auto tale = story().https().server("").on(1, 1).get("/v2/").offers(docker).answers(401);
    const auto told = tell(tale.wait(900).get("/v2/").credentials("Bearer " + good()).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
}

TEST(BearerNoerr007, CannotTellWithoutAChallenge) {
    EXPECT_EQ(tell(sent("Bearer " + good()).answers(401)).failures(), "1:RFC-NOCHAL-001");
}

// --- BEARER-INVALID-008

TEST(BearerInvalid008, TheServersWordIsAllThereIs) {
    const auto told = refused("Bearer " + good(), kInvalid);
    EXPECT_EQ(told.failures(), "1:BEARER-INVALID-008");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().ruled_out, Contains(HasSubstr("expired")));
}

TEST(BearerInvalid008, ARevokedTokenIsCertain) {
    const auto told = refused("Bearer " + good(), described("The token has been revoked"));
    EXPECT_EQ(told.failures(), "1:BEARER-INVALID-008");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(BearerInvalid008, TwoTokensThatNameNobodyAreNotOneUser) {
    auto tale = sent("Bearer first-token").answers(200);
    EXPECT_EQ(
        tell(tale.get("/else").credentials("Bearer second-token").offers(kInvalid).answers(401)).failures(),
        "2:BEARER-INVALID-008");
}

TEST(BearerInvalid008, CannotTellWithoutAnError) {
    EXPECT_THAT(refused("Bearer " + good(), "Bearer").failures(), Not(HasSubstr("INVALID")));
}

}  // namespace
}  // namespace why401
