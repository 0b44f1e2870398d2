// Caches that answer instead of the server: a kept refusal, a kept page.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

TEST(Cache401001, ARefusalOutOfAStoreMeetsGoodCredentials) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .says("Age: 120")
                               .says("Via: 1.1 varnish")
                               .offers("Basic realm=\"r\"")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:CACHE-401-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_EQ(told.only().severity, Severity::Critical);
    EXPECT_EQ(told.only().evidence.at(0).at, "response.header[1]");
}

TEST(Cache401001, AStrangerWhoIsRefusedOutOfAStoreAndGoesOnIsHealthy) {
    Story tale =
        story().https().on(1, 1).get("/").says("X-Cache: HIT").offers("Basic realm=\"r\"").answers(401);
    EXPECT_EQ(tell(tale.get("/").basic("alice", "x").answers(200)).failures(), "");
    Story left = story().connects(Leg::Client, 1).on(1, 1).get("/").says("X-Cache: HIT").refuses();
    EXPECT_EQ(tell(left.closes(Leg::Client, 1)).failures(), "1:CACHE-401-001");
}

TEST(Cache401001, AMissIsTheServersOwnAnswer) {
    for (const char* line : {"Age: 0", "X-Cache: MISS from squid", "X-Cache: Error from cloudfront",
                             "X-Cache-Lookup: HIT from squid:3128", "X-Varnish: 12345"})
        EXPECT_EQ(tell(story()
                           .https()
                           .on(1, 1)
                           .get("/")
                           .basic("alice", "x")
                           .says(line)
                           .offers("Basic realm=\"r\"")
                           .answers(401))
                      .failures(),
                  "1:BASIC-BAD-001")
            << line;
}

Story page_behind_a_login() {
    return story()
        .https()
        .on(1, 1)
        .get("/mine")
        .offers("Basic realm=\"r\"")
        .answers(401)
        .get("/mine")
        .basic("alice", "x");
}

TEST(Cache401001, AStrangerGetsTheKeptPageOfAUser) {
    const auto told =
        tell(page_behind_a_login().answers(200).on(2, 2).get("/mine").says("Age: 30").answers(200));
    EXPECT_EQ(told.failures(), "3:CACHE-401-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_THAT(told.only().consequence, HasSubstr("Strangers"));
}

TEST(Cache401001, AServerThatAllowsItIsToBlameForIt) {
    Story tale = page_behind_a_login().answers(200).on(2, 2).get("/mine").says("Age: 30");
    const auto told = tell(tale.says("Cache-Control: public, max-age=600").answers(200));
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(Cache401001, KeptPagesThatAreOpenToAllAreWhatCachesAreFor) {
    EXPECT_EQ(tell(story().on(1, 1).get("/logo.png").says("Age: 30").answers(200)).failures(), "");
    EXPECT_EQ(tell(page_behind_a_login().answers(200).on(2, 2).get("/other").says("Age: 30").answers(200))
                  .failures(),
              "");
}

TEST(Cache401001, CannotTellOfAUserWithACookie) {
    Story tale = page_behind_a_login().answers(200).on(2, 2).get("/mine").asks("Cookie: session=1");
    EXPECT_EQ(tell(tale.says("Age: 30").answers(200)).failures(), "");
}

}  // namespace
}  // namespace why401
