// Logins at a parent proxy: 407 and what became of it.

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

}  // namespace
}  // namespace why401
