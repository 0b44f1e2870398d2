// What must hold for a whole record: the seed's tale, sameness of live and saved, independence of strangers,
// flat cost, and nothing said about the unknown.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analysis/verdict.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using test::Told;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kAlice = "CONTOSO\\alice";

std::string everything(const Told& told) {
    std::string out;
    for (const auto& [id, f] : told.findings)
        out += std::to_string(id) + std::string(f.rule) + f.because + std::to_string(f.evidence.size()) +
               std::to_string(f.conversation) + std::string(to_string(f.confidence)) + "\n";
    for (const auto& [id, r] : told.exchanges)
        out += std::to_string(id) + r.leg + r.scheme + r.finding + r.client_identity.value_or("-") +
               r.identity.value_or("-") + "\n";
    for (const auto& [id, c] : told.conversations)
        out += std::to_string(id) + c.outcome + c.verdict + c.identity + std::to_string(c.exchanges.size()) +
               "\n";
    return out;
}

Story seed() {
    // The article's 401.2: log in, then a proxy that pools sends the next request over another connection.
    Story tale = story().policy("pooled/lifo").on(1, 1).ntlm_login("WEBBROWSER\\User", "/VSWebApp.exe");
    tale.on(2, 1).get("/other").answers(200);
    return tale.on(1, 2)
        .get("/VSScripts.js")
        .refuses()
        .get("/VSScripts.js")
        .negotiate()
        .challenges()
        .get("/VSScripts.js")
        .authenticate("WEBBROWSER\\User")
        .answers(304);
}

TEST(Seed, TheArticlesStoryIsToldWithItsCulprit) {
    const Told told = tell(seed());
    EXPECT_EQ(told.failures(), "4:NTLM-POOL-003 5:NTLM-POOL-001");
    EXPECT_EQ(told.findings.at(2).culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.exchanges.at(6).finding, "NORM-NTLM-002");
    EXPECT_EQ(told.exchanges.at(7).finding, "NORM-304-007");
    EXPECT_EQ(told.summary.unexplained_401, 0U);
}

TEST(Record, ReadTwiceGivesTheSameAnswer) { EXPECT_EQ(everything(tell(seed())), everything(tell(seed()))); }

TEST(Record, EveryRefusalIsCountedOnce) {
    const Summary s = tell(seed()).summary;
    EXPECT_EQ(s.status_401, s.normal_401 + s.explained_401 + s.unexplained_401);
    EXPECT_EQ(s.exchanges, 7U);
}

TEST(Record, StrangersInBetweenChangeNothing) {
    // The same two logins, one after the other and interleaved.
    Story apart = story()
                      .on(1, 1)
                      .ntlm_login(kAlice)
                      .on(2, 2)
                      .get("/")
                      .negotiate()
                      .challenges()
                      .get("/")
                      .authenticate("CONTOSO\\bob")
                      .refuses();
    Story mixed = story()
                      .on(1, 1)
                      .get("/")
                      .refuses()
                      .on(2, 2)
                      .get("/")
                      .negotiate()
                      .challenges()
                      .on(1, 1)
                      .get("/")
                      .negotiate()
                      .challenges()
                      .on(2, 2)
                      .get("/")
                      .authenticate("CONTOSO\\bob")
                      .refuses()
                      .on(1, 1)
                      .get("/")
                      .authenticate(kAlice)
                      .answers(200);
    EXPECT_EQ(tell(apart).failures(), "5:NTLM-FAIL-001");
    EXPECT_EQ(tell(mixed).failures(), "4:NTLM-FAIL-001");
    EXPECT_EQ(tell(apart).summary.normal_401, tell(mixed).summary.normal_401);
}

TEST(Record, WhatIsRememberedDoesNotGrowWithTheRecord) {
    Told told;
    Diagnosis diagnosis(test::listener_of(told));
    std::size_t largest = 0;
    Story tale = story().policy("pooled/lifo");
    constexpr std::uint64_t kRounds = 3'000;
    std::vector<RecordItem> round;
    std::size_t after_warm_up = 0;
    for (std::uint64_t i = 1; i <= kRounds; ++i) {
        Story fresh = story().policy("pooled/lifo").wait(static_cast<std::int64_t>(i) * 1000);
        fresh.connects(Leg::Client, i)
            .connects(Leg::Upstream, i)
            .on(i, i)
            .get("/" + std::to_string(i))
            .refuses();
        fresh.get("/x").negotiate().challenges().get("/x").authenticate("D\\u" + std::to_string(i)).refuses();
        fresh.closes(Leg::Client, i).closes(Leg::Upstream, i);
        for (const RecordItem& item : fresh.items()) diagnosis.add(item);
        told.findings.clear();
        told.exchanges.clear();
        largest = std::max(largest, diagnosis.held());
        if (i == kRounds / 2) after_warm_up = largest;
    }
    EXPECT_LT(largest, after_warm_up * 2 + 1000);
    EXPECT_LT(largest, 80'000U);
}

TEST(Record, TwoHundredThousandPlainExchangesLeaveNothingBehind) {
    Told told;
    Diagnosis::Listener listener;
    Diagnosis diagnosis(std::move(listener));
    const auto login = story().on(1, 1).ntlm_login(kAlice).get("/page").answers(200).items();
    for (const RecordItem& item : login) diagnosis.add(item);
    const std::size_t before = diagnosis.held();
    for (int i = 0; i < 200'000; ++i) diagnosis.add(login.back());
    EXPECT_EQ(diagnosis.held(), before);
    EXPECT_EQ(diagnosis.summary().exchanges, 200'004U);
}

TEST(Record, AClientThatPollsWithoutCredentialsDoesNotFillTheMemory) {
    Diagnosis diagnosis({});
    const auto items = story().on(1, 1).get("/").refuses().items();
    std::size_t half = 0;
    for (int i = 0; i < 20'000; ++i) {
        diagnosis.add(items.back());
        if (i == 10'000) half = diagnosis.held();
    }
    EXPECT_LE(diagnosis.held(), half + 10'000);
    EXPECT_LT(diagnosis.held(), 40'000U);
}

TEST(Record, HolesAndPolicyChangesAreTakenInStride) {
    Told told;
    Diagnosis diagnosis(test::listener_of(told));
    diagnosis.add(PolicyChanged{"pooled/lifo", "affinity", {1, 1}});
    diagnosis.add(FaultsChanged{{"add-via"}, {2, 2}});
    diagnosis.add(NotRecorded{5, "queue full", {3, 3}});
    diagnosis.add(FaultSeen{std::nullopt, {}, {4, 4}});
    diagnosis.finish();
    EXPECT_EQ(everything(told), "");
}

TEST(Evidence, PointsAtTheExactBytes) {
    const auto items =
        story().on(1, 1).ntlm_login(kAlice).policy("pooled/switch").on(1, 3).get("/x").refuses().items();
    const Told told = tell(items);
    const Evidence& login = told.only().evidence[0];
    const auto& exchange = std::get<Exchange>(items[2]);
    ASSERT_TRUE(login.bytes);
    EXPECT_EQ(exchange.request.head.substr(login.bytes->first, login.bytes->second),
              value(exchange.request, "Authorization"));
}

TEST(Rules, HaveWordsForEverythingAndUniqueIds) {
    std::set<std::string_view> ids;
    for (const RuleText* text : all_rules()) {
        EXPECT_TRUE(ids.insert(text->id).second) << text->id;
        EXPECT_FALSE(text->title.empty() || text->explanation.empty() || text->needs.empty()) << text->id;
        EXPECT_FALSE(text->fix.empty() || text->sources.empty()) << text->id;
    }
    EXPECT_GE(ids.size(), 35U);
    EXPECT_EQ(find_rule("ntlm-pool-001"), find_rule("NTLM-POOL-001"));
    EXPECT_EQ(find_rule("NTLM-POOL-999"), nullptr);
}

TEST(SameUser, IsJudgedByDomainOnlyWhereBothNameOne) {
    EXPECT_TRUE(same_user("CONTOSO\\alice", "contoso\\ALICE"));
    EXPECT_TRUE(same_user("alice", "CONTOSO\\alice"));
    EXPECT_TRUE(same_user("alice@contoso.test", "CONTOSO\\alice"));
    EXPECT_FALSE(same_user("A\\admin", "B\\admin"));
    EXPECT_FALSE(same_user("alice", "bob"));
}

}  // namespace
}  // namespace why401
