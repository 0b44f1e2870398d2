// First refusals and what became of them: answered, ignored, stripped, joined.

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

constexpr const char* kAlice = "CONTOSO\\alice";

// --- NORM-ANON-001, CLIENT-NOAUTH-001

TEST(ClientNoauth001, AClientThatClosesWithoutAnsweringIsNamedAtOnce) {
    const auto told =
        tell(story().connects(Leg::Client, 1).on(1, 1).get("/").refuses().closes(Leg::Client, 1), false);
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.conversations.at(1).outcome, "abandoned");
}

TEST(ClientNoauth001, NothingIsSaidWhileTheClientMayStillAnswer) {
    const auto told =
        tell(story().on(1, 1).get("/").refuses().wait(29'000).on(2, 2).get("/other").answers(200), false);
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.conversations.at(1).outcome, "unfinished");
    EXPECT_EQ(told.summary.normal_401 + told.summary.explained_401, 0U);
}

TEST(ClientNoauth001, ThirtySecondsOfRecordTimeAreEnough) {
    const auto told =
        tell(story().on(1, 1).get("/").refuses().wait(31'000).on(2, 2).get("/other").answers(200), false);
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

TEST(ClientNoauth001, AtTheEndOfTheRecordItIsOnlyPossible) {
    const auto told = tell(story().on(1, 1).get("/").refuses());
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.conversations.at(1).outcome, "unfinished");
}

TEST(ClientNoauth001, IsWithdrawnWhenSomebodyTypedThePasswordSlowly) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .wait(60'000)
                               .on(2, 2)
                               .get("/x")
                               .answers(200)
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.withdrawn, std::vector<std::uint64_t>{1});
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
    EXPECT_EQ(told.conversations.size(), 1U);
    EXPECT_EQ(told.summary.normal_401, 2U);
    EXPECT_EQ(told.summary.explained_401, 0U);
}

TEST(ClientNoauth001, AnAnswerOnANewConnectionOfTheSameClientCounts) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1, "127.0.0.1:1")
                               .connects(Leg::Client, 2, "127.0.0.1:2")
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .on(2, 2)
                               .get("/")
                               .basic("alice", "x")
                               .answers(200));
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
}

TEST(ClientNoauth001, AnAnswerOfAnotherMachineDoesNotCount) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1, "10.0.0.1:1")
                               .connects(Leg::Client, 2, "10.0.0.2:2")
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .on(2, 2)
                               .get("/")
                               .basic("alice", "x")
                               .answers(200));
    EXPECT_EQ(told.exchanges.at(1).finding, "CLIENT-NOAUTH-001");
}

TEST(ClientNoauth001, ParallelConnectionsThatBeginMoreLoginsThanTheyNeedAreNotAccused) {
    auto tale = story()
                    .connects(Leg::Client, 1)
                    .connects(Leg::Client, 2)
                    .on(1, 1)
                    .get("/a")
                    .negotiate()
                    .challenges()
                    .on(2, 2)
                    .get("/b")
                    .negotiate()
                    .challenges()
                    .on(1, 1)
                    .get("/a")
                    .authenticate("CONTOSO\\alice", 1)
                    .answers(200)
                    .get("/b")
                    .answers(200)
                    .closes(Leg::Client, 2);
    const auto told = tell(tale);
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.exchanges.at(2).finding, "NORM-NTLM-002");
}

TEST(ClientNoauth001, IsWithdrawnWhenTheSamePageIsServedToTheSameProgramAfterwards) {
    auto tale = story()
                    .connects(Leg::Client, 1)
                    .connects(Leg::Client, 2)
                    .on(2, 2)
                    .get("/b")
                    .negotiate()
                    .challenges()
                    .closes(Leg::Client, 2);
    EXPECT_EQ(tell(tale).failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(tell(tale.on(1, 1).ntlm_login("CONTOSO\\alice", "/b")).failures(), "");
}

TEST(ClientNoauth001, ALoginThatServesAnotherPageExcusesNothing) {
    auto tale = story()
                    .connects(Leg::Client, 1)
                    .connects(Leg::Client, 2)
                    .on(2, 2)
                    .get("/b")
                    .negotiate()
                    .challenges()
                    .closes(Leg::Client, 2)
                    .on(1, 1)
                    .ntlm_login("CONTOSO\\alice", "/elsewhere");
    EXPECT_EQ(tell(tale).failures(), "1:CLIENT-NOAUTH-001");
}

TEST(ClientNoauth001, ALoginLeftHalfWayIsToldAsSuch) {
    const auto told = tell(
        story().connects(Leg::Client, 1).on(1, 1).get("/").negotiate().challenges().closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_THAT(told.only().because, HasSubstr("with its CHALLENGE"));
}

TEST(ClientNoauth001, CannotTellFromACompressedPageAndSaysSo) {
    const auto told =
        tell(story().on(1, 1).get("/").says("Content-Encoding: gzip").page("\x1f\x8b...").refuses());
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("compressed")));
    EXPECT_EQ(told.exchanges.at(1).substatus->basis, SubstatusBasis::Inferred);
}

TEST(NormAnon001, ARefusalThatAClientAnswersWithBasicIsNormal) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .offers("Basic realm=\"r\"")
                               .answers(401)
                               .get("/")
                               .basic("alice", "x")
                               .answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 -");
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
    EXPECT_EQ(told.conversations.at(1).scheme, "Basic");
}

// --- NTLM-STRIP-001

TEST(NtlmStrip001, ChallengesThatThisProxyRemovedAreItsFault) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .injected("drop-www-authenticate")
                               .removes_from_response("WWW-Authenticate")
                               .refuses());
    EXPECT_EQ(told.failures(), "1:NTLM-STRIP-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    ASSERT_FALSE(told.only().evidence.empty());
    EXPECT_EQ(told.only().evidence[0].at, "response.header[1]");
}

TEST(NtlmStrip001, AnApplicationThatNamesNoSchemeWasRobbedByNobody) {
    const auto told = tell(story().on(1, 1).get("/").says("X-Cache: MISS").answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-NOCHAL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(NtlmStrip001, ChallengesThatPassedAreNotStripped) {
    const auto told = tell(story().on(1, 1).get("/").removes_from_response("Server").refuses());
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

TEST(NtlmStrip001, CannotTellWithoutAMarkOfSomebodyElse) {
    const auto told = tell(story().on(1, 1).get("/").answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-NOCHAL-001");
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("before this proxy")));
}

// --- RFC-NOCHAL-001

TEST(RfcNochal001, ARefusalWithoutAChallengeIsAFact) {
    const auto told = tell(story().server("MyApp").on(1, 1).get("/").answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-NOCHAL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(RfcNochal001, AForbiddenNeedsNoChallenge) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").answers(403)).failures(), "");
}

TEST(RfcNochal001, CannotTellFromARecordWithoutTheResponse) {
    auto items = story().on(1, 1).get("/").answers(401).items();
    std::get<Exchange>(items[0]).response = {};
    EXPECT_EQ(tell(items).failures(), "1:UNKNOWN-401");
}

// --- AUTHZ-STRIP-001

TEST(AuthzStrip001, CredentialsThatThisProxyRemovedAreItsFault) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .injected("drop-authorization")
                               .removes_from_request("Authorization")
                               .negotiate()
                               .refuses());
    EXPECT_EQ(told.failures(), "1:AUTHZ-STRIP-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    ASSERT_TRUE(told.only().evidence[0].bytes);
    EXPECT_EQ(told.only().evidence[0].at, "request.header[2]");
}

TEST(AuthzStrip001, AServerThatSawNoneBehindAnIntermediaryIsPossible) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .says("Via: 1.1 gw")
                               .offers("Basic realm=\"r\"")
                               .page("<a href=\"?IIS70Error=401,2,0x80070005,17763\">")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:AUTHZ-STRIP-001");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(AuthzStrip001, CredentialsThatArrivedAreNotStripped) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .removes_from_request("User-Agent")
                               .basic("alice", "x")
                               .offers("Basic realm=\"r\"")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
}

TEST(AuthzStrip001, CannotTellWhereThePageHidesTheSubstatus) {
    const auto told =
        tell(story()
                 .https()
                 .on(1, 1)
                 .get("/")
                 .basic("alice", "x")
                 .says("Via: 1.1 gw")
                 .offers("Basic realm=\"r\"")
                 .page("<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>")
                 .answers(401));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
}

// --- NTLM-JOIN-001

TEST(NtlmJoin001, LinesThatWeJoinedAndNobodyAnswered) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .on(1, 1)
                               .get("/")
                               .injected("join-challenges")
                               .removes_from_response("WWW-Authenticate")
                               .adds_to_response("WWW-Authenticate: Negotiate, NTLM")
                               .refuses()
                               .closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:NTLM-JOIN-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
}

TEST(NtlmJoin001, AClientThatUnderstandsJoinedLinesIsFine) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .removes_from_response("WWW-Authenticate")
                               .adds_to_response("WWW-Authenticate: Negotiate, NTLM")
                               .refuses()
                               .ntlm_login(kAlice));
    EXPECT_EQ(told.failures(), "");
}

TEST(NtlmJoin001, AJoinedLineFromAfarIsPossiblyAnIntermediarys) {
    const auto told =
        tell(story().on(1, 1).get("/").says("Via: 1.1 gw").offers("Negotiate, NTLM").answers(401));
    EXPECT_EQ(told.failures(), "1:NTLM-JOIN-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(NtlmJoin001, CannotTellWhoJoinedWithoutAMark) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .says("Proxy-Support: Session-Based-Authentication")
                               .offers("Negotiate, NTLM")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

// --- NTLM-PROXYSUP-001

Story connection_only() { return story().connects(Leg::Client, 1).on(1, 1).get("/").offers("NTLM"); }

TEST(NtlmProxysup001, AClientThatDoesNotTryWithoutTheFieldThatWeLeftOut) {
    const auto told =
        tell(connection_only().injected("drop-proxy-support").answers(401).closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:NTLM-PROXYSUP-001");
    EXPECT_EQ(told.only().culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(NtlmProxysup001, AClientThatTriesAnywayIsFine) {
    EXPECT_EQ(
        tell(connection_only().injected("drop-proxy-support").answers(401).ntlm_login(kAlice)).failures(),
        "");
}

TEST(NtlmProxysup001, TheFieldWasThereSoItIsTheClient) {
    const auto told = tell(connection_only()
                               .adds_to_response("Proxy-Support: Session-Based-Authentication")
                               .answers(401)
                               .closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

TEST(NtlmProxysup001, ATunnelNeedsNoAnnouncement) {
    EXPECT_EQ(tell(story().https().on(1, 1).get("/").offers("NTLM").answers(401)).failures(),
              "1:CLIENT-NOAUTH-001");
}

TEST(NtlmProxysup001, CannotTellFromARecordWithoutAProxy) {
    EXPECT_EQ(
        tell(story().recorded_by_another_proxy().on(1, 1).get("/").offers("NTLM").answers(401)).failures(),
        "1:CLIENT-NOAUTH-001");
}

}  // namespace
}  // namespace why401
