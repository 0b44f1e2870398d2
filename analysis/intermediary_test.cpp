// Somebody behind us who lends server connections to whoever comes: known by a mark, or by what no server
// does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::Story;
using test::story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";

/// alice logs in at `path`; the answer carries `field`.
Story& login(Story& tale, const std::string& path, const std::string& field = "Persistent-Auth: true") {
    tale.get(path).negotiate().challenges();
    return tale.get(path).authenticate(kAlice).says(field).answers(200);
}

Story& refused_login(Story& tale) {
    tale.get("/a").negotiate().challenges();
    return tale.get("/a").authenticate(kAlice).refuses();
}

TEST(VanishedLogin, OnAnUnbrokenConnectionIsTheWorkOfSomebodyBehindUs) {
    Story tale = story().on(1, 1);
    const auto told = tell(login(tale, "/a").get("/a").refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Possible) << "seen once, and nobody left a mark";
    EXPECT_THAT(told.only().ruled_out, testing::Contains(HasSubstr("permissions")));
}

TEST(VanishedLogin, IsLikelyTheSecondTime) {
    Story tale = story().on(1, 1);
    login(tale, "/a").get("/a").refuses();
    const auto told = tell(login(tale, "/a").get("/a").refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-001 6:NTLM-POOL-001");
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Likely);
}

TEST(VanishedLogin, IsKnownFromAServerThatKeptOneBefore) {
    Story tale = story().on(1, 1);
    login(tale, "/a", "X-Nothing: said").get("/b").answers(200);
    const auto told = tell(login(tale.on(2, 2), "/a", "X-Nothing: said").get("/a").refuses());
    EXPECT_EQ(told.failures(), "6:NTLM-POOL-001");
}

TEST(VanishedLogin, APageThatThisUserNeverGotMayBeClosedToThem) {
    Story tale = story().on(1, 1);
    EXPECT_THAT(tell(login(tale, "/a").get("/secret").refuses()).failures(), Not(HasSubstr("NTLM-POOL-001")));
}

TEST(VanishedLogin, CannotBeToldOfAServerThatMayAskForEachRequest) {
    Story tale = story().on(1, 1);
    EXPECT_EQ(tell(login(tale, "/a", "X-Nothing: said").get("/a").refuses()).failures(),
              "3:NTLM-PERSIST-001");
}

TEST(VanishedLogin, AProxyThatAnnouncesItselfToIisMakesItForgetAndMovesNothing) {
    Story tale = story().on(1, 1);
    const auto told =
        tell(login(tale, "/a", "Persistent-Auth: false").get("/a").says("Via: 1.1 gw (squid/5.7)").refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-PERSIST-001");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_THAT(told.only().because, HasSubstr("Via: 1.1 gw (squid/5.7)"));
}

TEST(MixedLogin, OfAUserWhoWasLetInBeforeBehindNginxIsNotBlamedOnThePassword) {
    Story tale = story().server("nginx/1.22.1").on(1, 1);
    login(tale, "/a").on(2, 2);
    const auto told = tell(refused_login(tale));
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-002");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("Server: nginx/1.22.1"));
}

TEST(MixedLogin, IsKnownByAKeepAliveFieldThatIisDoesNotSend) {
    Story tale = story().on(1, 1);
    login(tale, "/a").on(2, 2).get("/a").negotiate().challenges();
    const auto told =
        tell(tale.get("/a").authenticate(kAlice).says("Keep-Alive: timeout=5, max=99").refuses());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-002");
}

TEST(MixedLogin, IsLikelyOnceALoginHasVanishedThere) {
    Story tale = story().on(1, 1);
    login(tale, "/a").get("/a").refuses().on(2, 2);
    const auto told = tell(refused_login(tale));
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-001 5:NTLM-POOL-002");
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Likely);
}

TEST(MixedLogin, IsNotConcludedFromALoginThatAFaultOfOursMadeVanish) {
    Story tale = story().on(1, 1);
    login(tale, "/a").get("/a").adds_to_request("Via: 1.1 why401").injected("add-via").refuses().on(2, 2);
    const auto told = tell(refused_login(tale));
    EXPECT_THAT(told.failures(), HasSubstr("5:NTLM-FAIL-001"));
    EXPECT_THAT(told.failures(), Not(HasSubstr("NTLM-POOL")));
}

TEST(MixedLogin, AServerInFrontOfWhichNobodyStandsRefusedThePassword) {
    for (const char* server : {"Microsoft-IIS/10.0", "Apache/2.4.57"}) {
        Story tale = story().server(server).on(1, 1);
        login(tale, "/a").on(2, 2).get("/a").negotiate().challenges();
        tale.get("/a").authenticate(kAlice);
        if (std::string_view(server).starts_with("Apache")) tale.says("Keep-Alive: timeout=5");
        const auto told = tell(tale.refuses());
        EXPECT_EQ(told.failures(), "4:NTLM-FAIL-001") << server;
        EXPECT_EQ(told.only().culprit, Culprit::Client) << server;
    }
}

TEST(MixedLogin, CannotBeToldOfAUserWhoWasNeverLetIn) {
    Story tale = story().server("nginx/1.22.1").on(1, 1);
    const auto told = tell(refused_login(tale));
    EXPECT_EQ(told.failures(), "2:NTLM-FAIL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("nginx")));
}

TEST(MixedLogin, IsNoProgramThatKeepsKnocking) {
    Story tale = story().server("nginx/1.22.1").on(1, 1);
    for (int i = 0; i < 4; ++i) refused_login(tale);
    EXPECT_THAT(tell(tale).failures(), Not(HasSubstr("NTLM-LOOP-003")));
}

}  // namespace
}  // namespace why401
