// Records that lack what a rule needs: it has to stay silent, or to leave the word to one that says less.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::tell;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kShortPage =
    "<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>"
    "<h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2>";

TEST(BasicClear004, CannotTellWhatATunnelCarries) {
    const auto told =
        tell(story().connects(Leg::Client, 1).on(1, 1).opens_tunnel().stays_opaque(1).closes(Leg::Client, 1));
    for (const auto& [id, finding] : told.findings) EXPECT_NE(finding.rule, "BASIC-CLEAR-004");
}

TEST(Iis4015App, CannotTellBehindTheShortPageThatIisShowsToOthers) {
    const auto told = tell(story()
                               .on(1, 1)
                               .get("/x.html")
                               .negotiate()
                               .challenges()
                               .get("/x.html")
                               .authenticate(kAlice)
                               .page(kShortPage)
                               .refuses());
    EXPECT_THAT(told.failures(), Not(HasSubstr("IIS-4015-APP")));
    ASSERT_TRUE(told.exchanges.at(2).substatus);
    EXPECT_EQ(told.exchanges.at(2).substatus->basis, SubstatusBasis::Inferred);
}

TEST(NtlmRefuse001, CannotTellWhenTheServerNeverAnswered) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").negotiate().gets_no_answer()).failures(), "");
}

TEST(Proxy407001, CannotTellWhenTheProxyNeverAnswered) {
    EXPECT_EQ(tell(story().proxy_auth().on(1, 1).get("/").basic("alice", "x").gets_no_answer()).failures(),
              "");
}

TEST(Proxy407001, TheSitesOwnRefusalIsNotTheProxys) {
    const auto told = tell(
        story().https().on(1, 1).get("/").basic("alice", "x").offers("Basic realm=\"site\"").answers(401));
    EXPECT_EQ(told.failures(), "1:BASIC-BAD-001");
}

TEST(NormNtlm002, TheChallengeOfALoginThatGoesOnIsNormal) {
    const auto told =
        tell(story().on(1, 1).get("/").negotiate().challenges().get("/").authenticate(kAlice).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-NTLM-002");
}

}  // namespace
}  // namespace why401
