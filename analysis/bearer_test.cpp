// Bearer tokens: their times, for whom they are, who signed them; by their claims, or in the words of real
// products.

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

// A story begins 1000 s after 1970 by the clock of its record.
constexpr const char* kAspNet = "Bearer error=\"invalid_token\", error_description=\"";
constexpr const char* kDate1000 = "Date: Thu, 01 Jan 1970 00:16:40 GMT";
constexpr const char* kDate4600 = "Date: Thu, 01 Jan 1970 01:16:40 GMT";

std::string good(const std::string& more = "") {
    return jwt_of(R"({"sub":"alice","iat":900,"nbf":900,"exp":4500)" + more + "}");
}

Story sent(const std::string& token) {
    return story().https().server("Kestrel").on(1, 1).get("/orders").credentials("Bearer " + token);
}
Told refused(const std::string& token, const std::string& challenge) {
    return tell(sent(token).offers(challenge).answers(401));
}
Told stated(const std::string& description) { return refused(good(), kAspNet + description + "\""); }
/// Without a challenge, as Envoy and others answer.
Told page(const std::string& body, const std::string& token = good()) {
    return tell(sent(token).says("Content-Type: text/plain").page(body).answers(401));
}

// --- BEARER-EXP-001

TEST(BearerExp001, TheTokensOwnClaimAndTheServersClockDecide) {
    const auto told =
        tell(sent(jwt_of(R"({"sub":"alice","exp":400})")).says(kDate1000).offers("Bearer").answers(401));
    EXPECT_EQ(told.failures(), "1:BEARER-EXP-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().because, HasSubstr("1970-01-01T00:06:40Z, 10 min before the request"));
    EXPECT_THAT(told.only().because, HasSubstr("alice"));
    EXPECT_EQ(told.exchanges.at(1).client_identity, "alice");
}

TEST(BearerExp001, WithinTheUsualToleranceItIsOnlyLikely) {
    const auto told = refused(jwt_of(R"({"exp":900})"), "Bearer");
    EXPECT_EQ(told.failures(), "1:BEARER-EXP-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(BearerExp001, TheWordsOfRealProductsAreUnderstood) {
    for (const char* words :
         {"The token expired at '01/01/1970 00:06:40'", "The token is expired",
          "Jwt expired at 1970-01-01T00:06:40Z", "The token has expired.", "The access token expired",
          "IDX10223: Lifetime validation failed.", "\\\"exp\\\" claim timestamp check failed"}) {
        const auto told = stated(words);
        EXPECT_EQ(told.failures(), "1:BEARER-EXP-001") << words;
        EXPECT_EQ(told.only().confidence, Confidence::Certain) << words;
    }
    for (const char* body : {"Jwt is expired", R"({"message":"The incoming token has expired"})",
                             R"({"error":{"code":"ExpiredAuthenticationToken","message":"..."}})",
                             R"({"detail":"Signature has expired"})"})
        EXPECT_EQ(page(body).failures(), "1:BEARER-EXP-001") << body;
    // AWS forgets its commas.
    EXPECT_EQ(refused(good(),
                      "Bearer scope=\"\" error=\"invalid_token\" error_description=\"the token has expired\"")
                  .failures(),
              "1:BEARER-EXP-001");
}

TEST(BearerExp001, AServerWhoseClockIsAheadIsNotTheClientsFault) {
    const auto told = tell(
        sent(good()).says(kDate4600).offers(std::string(kAspNet) + "The token is expired\"").answers(401));
    EXPECT_EQ(told.failures(), "1:BEARER-EXP-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().because, HasSubstr("60 min ahead of the clock of this record"));
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("which of the two clocks")));
}

TEST(BearerExp001, AGoodTokenRefusedForAnotherReasonHasNotExpired) {
    EXPECT_THAT(stated("The signature is invalid").failures(), Not(HasSubstr("EXP")));
    EXPECT_THAT(
        refused(jwt_of(R"({"exp":400})"), kAspNet + std::string("The audience is invalid\"")).failures(),
        Not(HasSubstr("EXP")));
    // RFC 6750's own list of everything it may be.
    EXPECT_EQ(stated("The access token provided is expired, revoked, malformed, or invalid for other reasons")
                  .failures(),
              "1:BEARER-INVALID-008");
}

TEST(BearerExp001, AnExpiredTokenThatIsLetInIsHealthy) {
    EXPECT_EQ(tell(sent(jwt_of(R"({"exp":400})")).answers(200)).failures(), "");
}

TEST(BearerExp001, AServerThatDoesNotTakeTokensHasNotLookedAtIt) {
    EXPECT_EQ(refused(jwt_of(R"({"exp":400})"), "Negotiate").failures(), "1:CLIENT-UNSOLICITED-003");
}

TEST(BearerExp001, CannotTellOfAnOpaqueToken) {
    EXPECT_EQ(refused("2YotnFZFEjr1zCsicMWpAA", "Bearer error=\"invalid_token\"").failures(),
              "1:BEARER-INVALID-008");
}

// --- BEARER-NBF-002

TEST(BearerNbf002, ATokenFromTheFuture) {
    const auto told = refused(jwt_of(R"({"nbf":5000,"exp":9000})"), "Bearer");
    EXPECT_EQ(told.failures(), "1:BEARER-NBF-002");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(BearerNbf002, AServerWhoseClockIsBehind) {
    const auto told =
        tell(sent(good()).says("Date: Thu, 01 Jan 1970 00:05:00 GMT").offers("Bearer").answers(401));
    EXPECT_EQ(told.failures(), "1:BEARER-NBF-002");
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().because, HasSubstr("behind the clock of this record"));
}

TEST(BearerNbf002, TheWordsOfRealProductsAreUnderstood) {
    for (const char* words :
         {"The token is not valid yet", "The token is not valid before '01/01/1970 01:00:00'",
          "IDX10222: Lifetime validation failed.", "jwt not active", "Jwt used before 1970-01-01"})
        EXPECT_EQ(stated(words).failures(), "1:BEARER-NBF-002") << words;
    EXPECT_EQ(page("Jwt not yet valid").failures(), "1:BEARER-NBF-002");
}

TEST(BearerNbf002, OneSecondOfJitterInIatIsNothing) {
    EXPECT_THAT(refused(jwt_of(R"({"iat":1001,"exp":9000})"), "Bearer").failures(), Not(HasSubstr("NBF")));
}

TEST(BearerNbf002, CannotTellOfAnEncryptedToken) {
    EXPECT_THAT(
        refused(test::url64(R"({"alg":"dir","enc":"A256GCM"})") + "..aXY.Y3Q.dGFn", "Bearer").failures(),
        Not(HasSubstr("NBF")));
}

// --- BEARER-AUD-003

TEST(BearerAud003, TheServerNamesAudienceOrIssuer) {
    for (const char* words : {"The audience is invalid", "The audience 'api://other' is invalid",
                              "IDX10214: Audience validation failed.", "The aud claim is not valid",
                              "unexpected \\\"aud\\\" claim value", "The issuer is invalid",
                              "The issuer 'https://sts/x' is invalid", "IDX10205: Issuer validation failed.",
                              "Invalid token issuer. Expected 'x'"}) {
        const auto told = stated(words);
        EXPECT_EQ(told.failures(), "1:BEARER-AUD-003") << words;
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
    }
    for (const char* body : {"Audiences in Jwt are not allowed", "Jwt issuer is not configured",
                             R"({"message":"No credentials found for given 'iss'"})"})
        EXPECT_EQ(page(body).failures(), "1:BEARER-AUD-003") << body;
}

TEST(BearerAud003, ATokenForAnotherSiteIsOnlyAGuess) {
    const auto told =
        refused(good(R"(,"aud":"https://graph.microsoft.com")"), "Bearer error=\"invalid_token\"");
    EXPECT_EQ(told.failures(), "1:BEARER-AUD-003");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("graph.microsoft.com"));
}

TEST(BearerAud003, NamesThatAreNoAddressesAndSitesOfOneOwnerAreNotGuessedAt) {
    for (const char* aud :
         {"api://orders", "orders", "https://api.web01.test", "4bdba8a5-0000-0000-0000-000000000000"})
        EXPECT_EQ(refused(good(R"(,"aud":")" + std::string(aud) + "\""), "Bearer error=\"invalid_token\"")
                      .failures(),
                  "1:BEARER-INVALID-008")
            << aud;
}

TEST(BearerAud003, ARequestToAnAddressNamesNoSite) {
    const std::string token = jwt_of(R"({"exp":4500,"aud":"https://kubernetes.default.svc"})");
    Story tale = story().https().host("10.96.0.1").on(1, 1).get("/api").credentials("Bearer " + token);
    EXPECT_EQ(tell(tale.offers("Bearer error=\"invalid_token\"").answers(401)).failures(),
              "1:BEARER-INVALID-008");
}

TEST(BearerAud003, CannotTellOfAnOpaqueToken) {
    EXPECT_EQ(refused("opaque", "Bearer error=\"invalid_token\"").failures(), "1:BEARER-INVALID-008");
}

}  // namespace
}  // namespace why401
