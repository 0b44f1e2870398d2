// Digest: everything that shows beside the password, held against the challenge that is answered.

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

constexpr const char* kChallenge =
    "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", opaque=\"o\", algorithm=MD5";
constexpr const char* kAnew = "Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", opaque=\"o\", algorithm=MD5";
constexpr const char* kAnswer =
    "Digest username=\"alice\", realm=\"r\", nonce=\"n1\", uri=\"/a?x=1\", qop=auth, nc=00000001, "
    "cnonce=\"c\", "
    "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"o\", algorithm=MD5";

std::string changed(std::string_view from, std::string_view to) {
    std::string text = kAnswer;
    return text.replace(text.find(from), from.size(), to);
}
std::string use(int number) { return changed("nc=00000001", "nc=0000000" + std::to_string(number)); }

Story asked(const std::string& challenge = kChallenge) {
    return story().server("nginx").on(1, 1).get("/a?x=1").offers(challenge).answers(401);
}
Story refused(const std::string& answer, const std::string& challenge = kChallenge) {
    return asked(challenge).get("/a?x=1").credentials(answer).offers(kAnew).answers(401);
}

// --- DIGEST-BAD-001

TEST(DigestBad001, AWholeAnswerToAFreshChallengeIsLikelyAWrongPassword) {
    const auto told = tell(refused(kAnswer));
    EXPECT_EQ(told.failures(), "2:DIGEST-BAD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.readings(), "NORM-ANON-001 DIGEST-BAD-001");
}

TEST(DigestBad001, QuotesWhereNoneBelongAreNoReason) {
    const auto told =
        tell(refused(changed("algorithm=MD5", "algorithm=\"MD5\"")));  // as python-requests does
    EXPECT_EQ(told.failures(), "2:DIGEST-BAD-001");
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("quotes")));
}

TEST(DigestBad001, AStaleNonceIsHealthyAtASiteAndAtAProxy) {
    EXPECT_EQ(tell(asked()
                       .get("/a?x=1")
                       .credentials(kAnswer)
                       .offers(std::string(kAnew) + ", stale=true")
                       .answers(401))
                  .failures(),
              "");
    const auto proxy = tell(story()
                                .proxy_auth()
                                .on(1, 1)
                                .get("/a?x=1")
                                .offers(kChallenge)
                                .answers(407)
                                .get("/a?x=1")
                                .credentials(kAnswer)
                                .offers(std::string(kAnew) + ", stale=TRUE")
                                .answers(407));
    EXPECT_EQ(proxy.failures(), "");
    EXPECT_EQ(proxy.readings(), "NORM-PROXY-006 NORM-DIGEST-005");
}

TEST(DigestBad001, AnAcceptedUserRefusedElsewhereIsAMatterOfRights) {
    auto tale = asked().get("/a?x=1").credentials(kAnswer).answers(200);
    EXPECT_EQ(
        tell(tale.get("/b").credentials(changed("/a?x=1", "/b").replace(0, 0, "")).offers(kAnew).answers(401))
            .failures(),
        "3:DIGEST-NC-003")
        << "the count has not moved on";
    auto next = use(2);
    next.replace(next.find("/a?x=1"), 6, "/b");
    auto other = asked().get("/a?x=1").credentials(kAnswer).answers(200);
    EXPECT_EQ(tell(other.get("/b").credentials(next).offers(kAnew).answers(401)).failures(),
              "3:AUTHZ-401-001");
}

TEST(DigestBad001, CannotTellMuchWithoutTheChallenge) {
    const auto told =
        tell(story().server("nginx").on(1, 1).get("/a?x=1").credentials(kAnswer).offers(kAnew).answers(401));
    EXPECT_EQ(told.failures(), "1:DIGEST-BAD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("does not hold it")));
}

// --- DIGEST-URI-002

TEST(DigestUri002, APathThatWasRewrittenIsCertain) {
    const auto told = tell(refused(changed("/a?x=1", "/app/a?x=1")));
    EXPECT_EQ(told.failures(), "2:DIGEST-URI-002");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(DigestUri002, AQueryLeftOutIsTheClientsDoing) {
    const auto told = tell(refused(changed("/a?x=1", "/a")));
    EXPECT_EQ(told.failures(), "2:DIGEST-URI-002");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(DigestUri002, ABadRequestIsExplainedToo) {
    EXPECT_EQ(tell(asked().get("/a?x=1").credentials(changed("/a?x=1", "/b")).answers(400)).failures(),
              "2:DIGEST-URI-002");
    EXPECT_EQ(tell(asked().get("/a?x=1").credentials(kAnswer).answers(400)).failures(), "");
}

TEST(DigestUri002, TheSameAddressInAnotherSpellingIsTheSame) {
    for (const char* uri : {"http://web01.test/a?x=1", "/%61?x=1"})
        EXPECT_EQ(tell(refused(changed("/a?x=1", uri))).failures(), "2:DIGEST-BAD-001") << uri;
}

TEST(DigestUri002, CannotTellWithoutTheParameter) {
    EXPECT_EQ(tell(refused(changed("uri=\"/a?x=1\", ", ""))).failures(), "2:DIGEST-ALG-004");
}

// --- DIGEST-ALG-004

TEST(DigestAlg004, EachMismatchIsNamed) {
    const std::string sha =
        "Digest realm=\"r\", nonce=\"n1\", qop=\"auth-int\", opaque=\"o\", algorithm=SHA-256";
    const struct {
        std::string answer, challenge;
        const char* says;
        Confidence confidence;
    } cases[] = {
        {kAnswer, sha, "uses MD5, and the challenge asked for SHA-256", Confidence::Certain},
        {changed(", algorithm=MD5", ""), sha, "uses MD5", Confidence::Certain},
        {kAnswer, "Digest realm=\"r\", nonce=\"n1\", qop=\"auth-int\", opaque=\"o\"", "offered auth-int",
         Confidence::Certain},
        {kAnswer, "Digest realm=\"r\", nonce=\"n1\", opaque=\"o\"", "offered none", Confidence::Certain},
        {changed("qop=auth, nc=00000001, cnonce=\"c\", ", ""), kChallenge, "has no qop", Confidence::Likely},
        {changed("6629fae4", ""), kChallenge, "24 digits", Confidence::Certain},
        {changed("algorithm=MD5", "algorithm=MD6"), kChallenge, "nobody knows", Confidence::Certain},
        {changed("cnonce=\"c\", ", ""), kChallenge, "lacks cnonce", Confidence::Certain},
    };
    for (const auto& one : cases) {
        const auto told = tell(refused(one.answer, one.challenge));
        ASSERT_EQ(told.failures(), "2:DIGEST-ALG-004") << one.answer;
        EXPECT_THAT(told.only().because, HasSubstr(one.says));
        EXPECT_EQ(told.only().confidence, one.confidence) << one.says;
        EXPECT_EQ(told.only().culprit, Culprit::Client);
    }
}

TEST(DigestAlg004, OneOfSeveralAlgorithmsIsAChoice) {
    auto tale = story().server("nginx").on(1, 1).get("/a?x=1");
    tale.offers("Digest realm=\"r\", nonce=\"n1\", qop=\"auth, auth-int\", opaque=\"o\", algorithm=SHA-256")
        .offers(kChallenge)
        .answers(401);
    EXPECT_EQ(tell(tale.get("/a?x=1").credentials(kAnswer).offers(kAnew).answers(401)).failures(),
              "2:DIGEST-BAD-001");
}

TEST(DigestAlg004, CannotTellWithoutTheChallenge) {
    EXPECT_EQ(tell(story()
                       .server("nginx")
                       .on(1, 1)
                       .get("/a?x=1")
                       .credentials(kAnswer)
                       .offers("Digest realm=\"r\", nonce=\"n2\", qop=\"auth\", algorithm=SHA-256")
                       .answers(401))
                  .failures(),
              "1:DIGEST-BAD-001");
}

// --- DIGEST-REALM-005

TEST(DigestRealm005, WhatIsNotReturnedAsGivenIsCertain) {
    for (const auto& answer : {changed("realm=\"r\"", "realm=\"R\""), changed("opaque=\"o\"", "opaque=\"p\""),
                               changed("opaque=\"o\", ", "")}) {
        const auto told = tell(refused(answer));
        EXPECT_EQ(told.failures(), "2:DIGEST-REALM-005") << answer;
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
    }
}

TEST(DigestRealm005, AChallengeWithoutOpaqueWantsNoneBack) {
    EXPECT_EQ(tell(refused(changed("opaque=\"o\", ", ""), "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\""))
                  .failures(),
              "2:DIGEST-BAD-001");
}

TEST(DigestRealm005, CannotTellOfANonceFromBeforeTheRecordUnlessTheRealmDiffers) {
    const auto without = [](const std::string& answer) {
        return tell(
            story().server("nginx").on(1, 1).get("/a?x=1").credentials(answer).offers(kAnew).answers(401));
    };
    EXPECT_EQ(without(changed("opaque=\"o\"", "opaque=\"p\"")).failures(), "1:DIGEST-BAD-001");
    EXPECT_EQ(without(changed("realm=\"r\"", "realm=\"old\"")).failures(), "1:DIGEST-REALM-005");
    EXPECT_EQ(without(changed("realm=\"r\"", "realm=\"old\"")).only().confidence, Confidence::Likely);
}

// --- DIGEST-NC-003

TEST(DigestNc003, ACountThatWasAcceptedAlreadyIsAReplay) {
    auto tale =
        asked().get("/a?x=1").credentials(use(1)).answers(200).get("/a?x=1").credentials(use(3)).answers(200);
    const auto told = tell(tale.get("/a?x=1").credentials(use(2)).offers(kAnew).answers(401));
    EXPECT_EQ(told.failures(), "4:DIGEST-NC-003");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_THAT(told.only().because, HasSubstr("use number 3 was accepted in exchange 3"));
}

TEST(DigestNc003, ACountThatMovesOnIsFine) {
    auto tale = asked();
    for (int n = 1; n <= 5; ++n) tale.get("/a?x=1").credentials(use(n)).answers(200);
    EXPECT_EQ(tell(tale).failures(), "");
}

TEST(DigestNc003, TheSameWrongPasswordTwiceIsNoReplay) {
    auto tale = refused(kAnswer);
    EXPECT_EQ(tell(tale.get("/a?x=1").credentials(kAnswer).offers(kAnew).answers(401)).failures(),
              "2:DIGEST-BAD-001 3:DIGEST-BAD-001");
}

TEST(DigestNc003, ANonceFromAuthenticationInfoCountsFromOne) {
    auto tale =
        asked().get("/a?x=1").credentials(use(1)).says("Authentication-Info: nextnonce=\"n9\"").answers(200);
    const auto told = tell(
        tale.get("/a?x=1").credentials(changed("nonce=\"n1\"", "nonce=\"n9\"")).offers(kAnew).answers(401));
    EXPECT_THAT(told.failures(), Not(HasSubstr("NC")));
}

TEST(DigestNc003, CannotTellWithoutTheEarlierUses) {
    EXPECT_EQ(
        tell(story().server("nginx").on(1, 1).get("/a?x=1").credentials(use(9)).offers(kAnew).answers(401))
            .failures(),
        "1:DIGEST-BAD-001");
}

// --- DIGEST-IIS-006

std::string windows(const std::string& nonce) {
    return "Digest qop=\"auth\",algorithm=MD5-sess,nonce=\"" + nonce + std::string(96, 'a') +
           "\",charset=utf-8,realm=\"Digest\"";
}

Story refused_by_iis(Story tale, const std::string& nonce, const std::string& user = "alice") {
    tale.get("/a").offers(windows(nonce)).answers(401);
    std::string answer = "Digest username=\"" + user + "\",realm=\"Digest\",nonce=\"" + nonce +
                         std::string(96, 'a') +
                         "\",uri=\"/a\",cnonce=\"c\",nc=00000001,algorithm=MD5-sess,"
                         "response=\"6629fae49393a05397450978507c4ef1\",qop=\"auth\",charset=utf-8";
    return tale.get("/a").credentials(answer).offers(windows(nonce + "b")).answers(401);
}

TEST(DigestIis006, ThatItNeverWorksSpeaksForTheSettings) {
    const auto told = tell(refused_by_iis(refused_by_iis(story().on(1, 1), "1"), "2"));
    EXPECT_EQ(told.failures(), "2:DIGEST-BAD-001 4:DIGEST-IIS-006");
    EXPECT_EQ(told.findings.at(1).confidence, Confidence::Possible);
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Possible);
    EXPECT_EQ(told.findings.at(2).culprit, Culprit::Unknown);
}

TEST(DigestIis006, OtherServersDigestHasNoSuchConditions) {
    auto tale = refused(kAnswer);
    EXPECT_THAT(tell(tale.get("/a?x=1").credentials(kAnswer).offers(kAnew).answers(401)).failures(),
                Not(HasSubstr("IIS")));
}

TEST(DigestIis006, CannotTellByOneAttempt) {
    EXPECT_EQ(tell(refused_by_iis(story().on(1, 1), "1")).failures(), "2:DIGEST-BAD-001");
}

}  // namespace
}  // namespace why401
