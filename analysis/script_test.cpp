// Calls of scripts to other sites: the browser's question before, and the login that a script may not give.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0";

Story preflight(Story tale) {
    return tale.agent(kBrowser)
        .method("OPTIONS", "/api/orders")
        .asks("Origin: https://shop.test")
        .asks("Access-Control-Request-Method: PUT")
        .asks("Access-Control-Request-Headers: content-type");
}

TEST(CorsPreflight001, AQuestionThatCannotCarryCredentialsIsAskedForSome) {
    const auto told = tell(preflight(story().on(1, 1)).refuses());
    EXPECT_EQ(told.failures(), "1:CORS-PREFLIGHT-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(told.only().evidence.at(0).at, "request.header[3]");
    EXPECT_THAT(told.only().because, HasSubstr("https://shop.test"));
}

TEST(CorsPreflight001, IsToldOfABearerApiWithoutAChallengeToo) {
    EXPECT_EQ(tell(preflight(story().server("Kestrel").on(1, 1)).answers(401)).failures(),
              "1:CORS-PREFLIGHT-001");
}

TEST(CorsPreflight001, IsToldOnAConnectionOfSomebodysLogin) {
    Story tale = story().policy("pooled/lifo").on(1, 1).ntlm_login("CONTOSO\\alice").on(2, 2);
    EXPECT_EQ(tell(preflight(tale).refuses()).failures(), "4:CORS-PREFLIGHT-001");
}

TEST(CorsPreflight001, OptionsOfAProgramIsNoPreflight) {
    const auto told = tell(story().on(1, 1).method("OPTIONS", "/dav/").refuses());
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

TEST(CorsPreflight001, APreflightThatIsAnsweredIsFine) {
    Story tale = preflight(story().on(1, 1)).says("Access-Control-Allow-Origin: https://shop.test");
    EXPECT_EQ(tell(tale.answers(204)).failures(), "");
}

TEST(CorsPreflight001, CannotTellWithoutTheRequestsFields) {
    auto items = preflight(story().on(1, 1)).refuses().items();
    Exchange& exchange = std::get<Exchange>(items[0]);
    exchange.request = message_from_head("OPTIONS /api/orders HTTP/1.1\r\nHost: web01.test\r\n\r\n",
                                         http1::HeadParser::Kind::Request);
    EXPECT_EQ(tell(items).failures(), "1:CLIENT-NOAUTH-001");
}

Story call(Story tale) {
    return tale.agent(kBrowser)
        .get("/api/orders")
        .asks("Origin: https://shop.test")
        .asks("Sec-Fetch-Mode: cors")
        .asks("Sec-Fetch-Dest: empty");
}

TEST(CorsCred002, AScriptThatMayNotLogInIsPossiblyTheCause) {
    const auto told = tell(call(story().connects(Leg::Client, 1).on(1, 1)).refuses().closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:CORS-CRED-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(CorsCred002, AScriptOfTheSameSiteIsNone) {
    Story tale = story()
                     .host("web01")
                     .connects(Leg::Client, 1)
                     .on(1, 1)
                     .agent(kBrowser)
                     .get("/api")
                     .asks("Origin: http://web01");
    EXPECT_EQ(tell(tale.refuses().closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
}

TEST(CorsCred002, AScriptThatLogsInIsHealthy) {
    Story tale = call(story().https().on(1, 1)).offers("Basic realm=\"r\"").answers(401);
    EXPECT_EQ(tell(call(tale).basic("alice", "x").answers(200)).failures(), "");
}

TEST(CorsCred002, CookiesShowThatTheScriptMaySendWhatTheBrowserKnows) {
    Story tale =
        call(story().host("web01").connects(Leg::Client, 1).on(1, 1)).asks("Cookie: session=1").refuses();
    EXPECT_EQ(tell(tale.closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
}

TEST(CorsCred002, AFormThatIsSentToAnotherSiteIsNoScript) {
    Story tale = story()
                     .host("web01")
                     .connects(Leg::Client, 1)
                     .on(1, 1)
                     .agent(kBrowser)
                     .method("POST", "/api")
                     .asks("Origin: https://shop.test");
    EXPECT_EQ(tell(tale.refuses().closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
}

TEST(CorsCred002, CannotTellWhereOnlyATokenOfTheScriptsOwnWouldHelp) {
    Story tale = call(story().connects(Leg::Client, 1).on(1, 1)).offers("Bearer").answers(401);
    EXPECT_EQ(tell(tale.closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
}

}  // namespace
}  // namespace why401
