// What a server says in its pages about a refusal, and what its behaviour says without one.

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

constexpr const char* kAlice = "CONTOSO\\alice";

std::string detailed(const std::string& substatus, const std::string& code = "0x80070005") {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401," + substatus + "," +
           code + ",17763\">x</a>";
}

Story whole_login_refused(const std::string& page = "") {
    return story()
        .on(1, 1)
        .get("/")
        .refuses()
        .get("/")
        .negotiate()
        .challenges()
        .get("/")
        .authenticate(kAlice)
        .page(page)
        .refuses();
}

// --- pages of IIS

TEST(Iis4012Noscheme, APageThatSays4012AndOffersNothing) {
    const auto told = tell(story().on(1, 1).get("/").page(detailed("2")).answers(401));
    EXPECT_EQ(told.failures(), "1:IIS-4012-NOSCHEME");
    EXPECT_EQ(told.exchanges.at(1).substatus->basis, SubstatusBasis::Page);
    EXPECT_EQ(told.exchanges.at(1).substatus->confidence, Confidence::Certain);
}

TEST(Iis4012Noscheme, WithChallengesItIsAnOrdinaryFirstRefusal) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").page(detailed("2")).refuses().ntlm_login(kAlice)).failures(),
              "");
}

TEST(Iis4012Noscheme, CannotTellFromThePageThatHidesIt) {
    EXPECT_EQ(
        tell(story()
                 .on(1, 1)
                 .get("/")
                 .page("<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>")
                 .answers(401))
            .failures(),
        "1:RFC-NOCHAL-001");
}

TEST(Iis4013Acl, ThePageNamesTheListAndTheUser) {
    const auto told = tell(whole_login_refused(detailed("3")));
    EXPECT_EQ(told.failures(), "3:IIS-4013-ACL");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr(kAlice));
}

TEST(Iis4013Acl, ByBehaviourItIsOnlyPossible) {
    const auto told = tell(story().on(1, 1).ntlm_login(kAlice).get("/a").answers(200).get("/acl").refuses());
    EXPECT_EQ(told.failures(), "5:IIS-4013-ACL");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(Iis4013Acl, TheAnonymousUsersRefusalIsNormalWhenTheClientThenLogsIn) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").page(detailed("3")).refuses().ntlm_login(kAlice)).failures(),
              "");
}

TEST(Iis4013Acl, CannotTellWhenThePageIsCompressed) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .challenges()
                               .get("/")
                               .authenticate(kAlice)
                               .says("Content-Encoding: gzip")
                               .page("\x1f\x8b")
                               .refuses());
    EXPECT_EQ(told.failures(), "2:NTLM-FAIL-001");
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("compressed")));
}

TEST(Iis4014Filter, ThePageNamesAFilter) {
    EXPECT_EQ(tell(whole_login_refused(detailed("4"))).failures(), "3:IIS-4014-FILTER");
}

TEST(Iis4014Filter, IsNotInferredFromBehaviour) {
    EXPECT_EQ(tell(whole_login_refused()).failures(), "3:NTLM-FAIL-001");
}

TEST(Iis4014Filter, CannotTellWhileAnAnonymousClientMayStillLogIn) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").page(detailed("4")).refuses(), false).failures(), "");
    EXPECT_EQ(tell(story().on(1, 1).get("/").page(detailed("4")).refuses()).failures(), "1:IIS-4014-FILTER");
}

TEST(Iis4015App, ThePageNamesAnApplicationAndAStaticFileAWildcard) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/x.html")
                               .negotiate()
                               .challenges()
                               .get("/x.html")
                               .authenticate(kAlice)
                               .page(detailed("5"))
                               .refuses());
    EXPECT_EQ(told.failures(), "2:IIS-4015-APP");
    EXPECT_THAT(told.only().because, HasSubstr("wildcard"));
}

TEST(Iis4015App, AnApplicationsOwnWordsAreOnlyPossible) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/api")
                               .credentials("ApiKey abc")
                               .offers("ApiKey")
                               .page("{\"Message\":\"Authorization has been denied for this request.\"}")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:IIS-4015-APP");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(Iis4015App, OurOwnPagesAreNeverReadAsTheServers) {
    const auto told = tell(story().on(1, 1).get("/").page(detailed("5")).answered_by_us(401));
    EXPECT_EQ(told.failures(), "");
    EXPECT_FALSE(told.exchanges.at(1).substatus);
}

// --- AUTHZ-401-001

TEST(Authz401001, AKnownUserWhoMayNotOpenThisPageOfApache) {
    const auto told = tell(story()
                               .server("Apache/2.4")
                               .https()
                               .on(1, 1)
                               .get("/a")
                               .basic("alice", "x")
                               .answers(200)
                               .get("/b")
                               .basic("alice", "x")
                               .offers("Basic realm=\"r\"")
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:AUTHZ-401-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_FALSE(told.exchanges.at(2).substatus);
}

TEST(Authz401001, AUserWhoWasNeverLetInHasAPasswordProblem) {
    EXPECT_EQ(tell(story()
                       .server("Apache/2.4")
                       .https()
                       .on(1, 1)
                       .get("/b")
                       .basic("alice", "x")
                       .offers("Basic realm=\"r\"")
                       .answers(401))
                  .failures(),
              "1:BASIC-BAD-001");
}

TEST(Authz401001, CannotTellOnIisWhichHasItsOwnWords) {
    EXPECT_EQ(tell(story()
                       .https()
                       .on(1, 1)
                       .get("/a")
                       .basic("alice", "x")
                       .answers(200)
                       .get("/b")
                       .basic("alice", "x")
                       .offers("Basic realm=\"r\"")
                       .answers(401))
                  .failures(),
              "2:BASIC-BAD-001");
}

}  // namespace
}  // namespace why401
