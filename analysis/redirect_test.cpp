// Redirects that lead away from a login: to another host, or to the other side of the same one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/web_facts.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

/// curl --location with a password: it logs in, is sent on, and follows without.
Story sent_on(const std::string& location) {
    return story()
        .connects(Leg::Client, 1)
        .connects(Leg::Client, 2)
        .on(1, 1)
        .get("/old")
        .basic("alice", "x")
        .says("Location: " + location)
        .answers(302)
        .on(2, 2);
}

TEST(RedirDrop001, CredentialsStayBehindWhenARedirectLeadsToAnotherHost) {
    const auto told = tell(sent_on("http://web02.test/new?a=1")
                               .host("web02.test")
                               .get("/new?a=1")
                               .offers("Basic realm=\"r\"")
                               .answers(401)
                               .closes(Leg::Client, 2));
    EXPECT_EQ(told.failures(), "2:REDIR-DROP-001");
    const Finding& found = told.findings.rbegin()->second;
    EXPECT_EQ(found.confidence, Confidence::Likely);
    EXPECT_EQ(found.culprit, Culprit::Client);
    EXPECT_EQ(found.evidence.at(0).exchange, ExchangeId(1));
    EXPECT_THAT(found.because, HasSubstr("http://web02.test"));
}

TEST(RedirDrop001, ARefusalWithoutAChallengeIsADeadEndAtOnce) {
    const auto told = tell(sent_on("http://api.test/new").host("api.test").get("/new").answers(401), false);
    EXPECT_EQ(told.failures(), "2:REDIR-DROP-001");
}

TEST(RedirDrop001, ALoginThatRidesOnItsConnectionIsLeftBehindLikewise) {
    Story tale =
        story().connects(Leg::Client, 1).connects(Leg::Client, 2).on(1, 1).ntlm_login("CONTOSO\\alice");
    tale.get("/go").says("Location: http://web02.test/").answers(302);
    tale.on(2, 2).host("web02.test").get("/").refuses().closes(Leg::Client, 2);
    EXPECT_EQ(tell(tale).failures(), "5:REDIR-DROP-001");
}

TEST(RedirDrop001, AClientThatLogsInAtTheNewHostHasLostNothing) {
    Story tale = sent_on("http://web02.test/new").host("web02.test");
    tale.get("/new").offers("Basic realm=\"r\"").answers(401);
    EXPECT_EQ(tell(tale.get("/new").basic("alice", "x").answers(200)).failures(), "");
}

TEST(RedirDrop001, AStrangerWhoIsSentOnHasNothingToLose) {
    Story tale =
        story().connects(Leg::Client, 2).on(1, 1).get("/old").says("Location: http://web02.test/new");
    tale.answers(302).on(2, 2).host("web02.test").get("/new").refuses().closes(Leg::Client, 2);
    EXPECT_EQ(tell(tale).failures(), "2:CLIENT-NOAUTH-001");
}

TEST(RedirDrop001, APageOfTheSameHostIsNoneOfThis) {
    Story tale = sent_on("/new").get("/new").offers("Basic realm=\"r\"").answers(401);
    EXPECT_EQ(tell(tale.closes(Leg::Client, 2)).failures(), "2:CLIENT-NOAUTH-001");
}

TEST(RedirDrop001, CannotTellMuchLaterWhetherItStillFollowsTheRedirect) {
    Story tale = sent_on("http://web02.test/new").wait(60'000).host("web02.test").get("/new");
    EXPECT_EQ(tell(tale.offers("Basic realm=\"r\"").answers(401).closes(Leg::Client, 2)).failures(),
              "2:CLIENT-NOAUTH-001");
}

TEST(RedirHttps002, ALoginOnTheSideThatOnlyRedirectsIsNoneOnTheOther) {
    const auto told = tell(sent_on("https://web01.test/old")
                               .https()
                               .get("/old")
                               .offers("Negotiate")
                               .answers(401)
                               .closes(Leg::Client, 2));
    EXPECT_EQ(told.failures(), "2:REDIR-HTTPS-002");
    const Finding& found = told.findings.rbegin()->second;
    EXPECT_EQ(found.confidence, Confidence::Possible);
    EXPECT_EQ(found.culprit, Culprit::Server);
    EXPECT_THAT(found.consequence, HasSubstr("without TLS"));
}

TEST(RedirHttps002, AClientThatLogsInOnBothSidesIsHealthy) {
    Story tale = sent_on("https://web01.test/old").https();
    tale.get("/old").offers("Basic realm=\"r\"").answers(401);
    EXPECT_EQ(tell(tale.get("/old").basic("alice", "x").answers(200)).failures(), "");
}

TEST(RedirHttps002, ARedirectBeforeAnyLoginIsWhatShouldBe) {
    Story tale = story().connects(Leg::Client, 2).on(1, 1).get("/a").says("Location: https://web01.test/a");
    tale.answers(301).on(2, 2).https().get("/a").refuses().closes(Leg::Client, 2);
    EXPECT_EQ(tell(tale).failures(), "2:CLIENT-NOAUTH-001");
}

TEST(RedirHttps002, CannotTellWhileTheClientMayStillAnswer) {
    Story tale = sent_on("https://web01.test/old").https().get("/old").offers("Negotiate").answers(401);
    EXPECT_EQ(tell(tale, false).failures(), "");
}

TEST(LooksLikeLogin, IsWhatProductsCallTheirLoginPages) {
    for (const char* url :
         {"/Account/Login?ReturnUrl=%2F", "http://a/login.aspx?ReturnUrl=%2fdefault.aspx",
          "/accounts/login/?next=/", "http://sp/_layouts/15/Authenticate.aspx?Source=%2F",
          "https://mail/owa/auth/logon.aspx?url=x", "https://sts/adfs/ls/?wa=wsignin1.0&wtrealm=x",
          "https://login.microsoftonline.com/common/oauth2/authorize?x", "/wp-login.php?redirect_to=x",
          "/users/sign_in", "/userlogin", "https://idp/saml?SAMLRequest=abc",
          "https://id/realms/a/protocol/openid-connect/auth?x",
          "https://id/v1/go?client_id=a&response_type=code"})
        EXPECT_TRUE(looks_like_login(url)) << url;
}

TEST(LooksLikeLogin, IsNotAnyPageWithThoseLetters) {
    for (const char* url :
         {"", "/", "/blogging/in", "/catalog-index", "/search?q=login", "/home?next=/login",
          "http://a?x=/login", "/x?u=http://a/login", "/blog/logging", "/authors", "/weblogins"})
        EXPECT_FALSE(looks_like_login(url)) << url;
}

TEST(OriginOf, LeavesTheDefaultPortOutAndIgnoresCase) {
    EXPECT_EQ(origin_of("HTTP://WEB01.Test:80/a?b"), "http://web01.test");
    EXPECT_EQ(origin_of("https://[::1]:443"), "https://[::1]");
    EXPECT_EQ(origin_of("https://a:8443?x"), "https://a:8443");
    EXPECT_EQ(origin_of("/a"), "");
    EXPECT_EQ(host_part("https://[::1]"), "[::1]");
    EXPECT_EQ(host_part("http://a:80"), "a");
}

}  // namespace
}  // namespace why401
