// Logins at a parent proxy: 407 and what became of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/login_tokens.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";

TEST(NormProxy006, AProxysLoginIsNormalLegByLeg) {
    const auto told = tell(story().proxy_auth().on(1, 1).ntlm_login(kAlice));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-PROXY-006 NORM-PROXY-006 NORM-PROXY-006");
    EXPECT_EQ(told.conversations.at(1).origin, "proxy");
    EXPECT_EQ(told.summary.status_401, 0U);
}

TEST(NormProxy006, AProxyThatRefusesIsNoHealthyLeg) {
    const auto told = tell(story()
                               .proxy_auth()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .refuses());
    EXPECT_EQ(told.failures(), "2:PROXY-407-001");
}

TEST(Proxy407001, BasicCredentialsThatTheProxyRefused) {
    const auto told = tell(
        story().proxy_auth().on(1, 1).get("/").basic("alice", "x").offers("Basic realm=\"p\"").answers(407));
    EXPECT_EQ(told.failures(), "1:PROXY-407-001");
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(Proxy407001, ASplitLoginAtAProxyIsASplitLogin) {
    const auto told = tell(story()
                               .proxy_auth()
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
}

TEST(ProxyNoauth005, AClientThatNeverAnswersTheProxy) {
    const auto told = tell(
        story().proxy_auth().connects(Leg::Client, 1).on(1, 1).get("/").refuses().closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:PROXY-NOAUTH-005");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(ProxyNoauth005, IsSilentWhileAnAnswerMayCome) {
    EXPECT_EQ(tell(story().proxy_auth().on(1, 1).get("/").refuses(), false).failures(), "");
}

TEST(ProxyNoauth005, CannotTellMoreThanPossibleAtTheEnd) {
    EXPECT_EQ(tell(story().proxy_auth().on(1, 1).get("/").refuses()).only().confidence, Confidence::Possible);
}

TEST(NormProxy006, AProxysQuestionIsAnsweredByCredentialsThatTheServerBehindItFindsWanting) {
    Story tale = story().https().on(1, 1);
    tale.get("/").says("Proxy-Authenticate: Basic realm=\"p\"").answers(407);
    tale.get("/").asks("Proxy-Authorization: Basic YWxpY2U6eA==").offers("Basic realm=\"s\"").answers(401);
    tale.get("/").asks("Proxy-Authorization: Basic YWxpY2U6eA==").basic("bob", "y");
    const auto told = tell(tale.answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-PROXY-006 NORM-ANON-001 -");
    EXPECT_EQ(told.conversations.size(), 2U);
}

TEST(NormProxy006, AProgramThatGotThePageOverAnotherConnectionHadNoNeedToAnswer) {
    Story tale = story().proxy_auth().connects(Leg::Client, 1).connects(Leg::Client, 2);
    tale.on(1, 1).get("/a").refuses().on(2, 2).get("/a").answers(200).closes(Leg::Client, 1);
    EXPECT_EQ(tell(tale).failures(), "");
}

TEST(Proxy407001, ATicketThatTheProxyRefusesIsNobodysTypingError) {
    const std::string ticket = "Proxy-Authorization: " + test::kerberos_login();
    const auto told =
        tell(story().proxy_auth().on(1, 1).get("/").asks(ticket).offers("Negotiate").answers(407));
    EXPECT_EQ(told.failures(), "1:PROXY-407-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(Proxy407001, AUserWhoWasLetThroughBeforeIsOnlyPossiblyWrong) {
    Story tale = story().proxy_auth().on(1, 1).get("/").basic("alice", "x").answers(200);
    const auto told = tell(tale.get("/").basic("alice", "y").offers("Basic realm=\"p\"").answers(407));
    EXPECT_EQ(told.failures(), "2:PROXY-407-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

Story asks_for_tunnel(Story tale) {
    return tale.proxy_auth().method("CONNECT", "").says("X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0");
}

TEST(Proxy407connect003, AWayToAnHttpsSiteThatTheProxyDoesNotOpen) {
    Story tale =
        asks_for_tunnel(story().connects(Leg::Client, 1).on(1, 1)).offers("Basic realm=\"p\"").answers(407);
    const auto told = tell(tale.closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:PROXY-407CONNECT-003");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().consequence, HasSubstr("connection"));
}

TEST(Proxy407connect003, AClientThatLogsInIsLetThrough) {
    Story tale = asks_for_tunnel(story().on(1, 1)).offers("Basic realm=\"p\"").answers(407);
    EXPECT_EQ(tell(asks_for_tunnel(tale).basic("alice", "x").answers(200)).failures(), "");
}

TEST(Proxy407connect003, WrongCredentialsAreAnotherRule) {
    Story tale =
        asks_for_tunnel(story().on(1, 1)).basic("alice", "x").offers("Basic realm=\"p\"").answers(407);
    EXPECT_EQ(tell(tale).failures(), "1:PROXY-407-001");
}

TEST(Proxy407connect003, CannotTellMoreThanPossibleAtTheEndOfTheRecord) {
    const auto told = tell(asks_for_tunnel(story().on(1, 1)).offers("NTLM").answers(407));
    EXPECT_EQ(told.failures(), "1:PROXY-407CONNECT-003");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

/// The proxy is content with an NTLM login, and the server behind it asks for one too.
Story both_ask(Story tale) {
    tale.proxy_auth().on(1, 1).get("/").refuses().get("/").negotiate().challenges();
    return tale.get("/").authenticate(kAlice).says("WWW-Authenticate: NTLM").answers(401);
}

TEST(ProxyDouble002, TwoLoginsShareOneConnection) {
    const auto told = tell(both_ask(story()), false);
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.only().rule, "PROXY-DOUBLE-002");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().evidence.at(0).at, "request.header[2]");
}

TEST(ProxyDouble002, BasicAtTheProxyIsNoSecondOne) {
    Story tale = story().proxy_auth().on(1, 1).get("/").basic("alice", "x").says("WWW-Authenticate: NTLM");
    EXPECT_TRUE(tell(tale.answers(401), false).findings.empty());
}

TEST(ProxyDouble002, InATunnelEachHasItsOwn) {
    EXPECT_TRUE(tell(both_ask(story().https()), false).findings.empty());
}

TEST(ProxyDouble002, CannotTellBeforeTheServerAsks) {
    EXPECT_TRUE(tell(story().proxy_auth().on(1, 1).ntlm_login(kAlice)).findings.empty());
}

}  // namespace
}  // namespace why401
