// NTLM logins that turn in circles: begun and never finished, made for every request, answered out of a
// store, or by a server that remembers nothing; and findings that later exchanges show in another light.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/second_thoughts.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::NtlmHabits;
using test::story;
using test::Story;
using test::tell;
using test::Told;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

Story& login(Story& told, std::uint64_t connection, const std::string& user = kAlice) {
    told.on(connection, connection).get("/").refuses();
    told.get("/").negotiate().challenges();
    return told.get("/").authenticate(user);
}

const Finding* find(const Told& told, std::string_view rule) {
    for (const auto& [id, finding] : told.findings)
        if (finding.rule == rule) return &finding;
    return nullptr;
}

// --- NTLM-PING-001

TEST(NtlmPing001, ChallengesThatAreNeverAnsweredAreACircle) {
    Story told = story().connects(Leg::Client, 1).on(1, 1);
    for (int i = 0; i < 3; ++i) told.get("/").negotiate().challenges();
    const auto heard = tell(told.closes(Leg::Client, 1));
    EXPECT_EQ(heard.failures(), "1:NTLM-PING-001 2:NTLM-PING-001 3:NTLM-PING-001");
    const Finding* ping = find(heard, "NTLM-PING-001");
    ASSERT_NE(ping, nullptr);
    EXPECT_EQ(ping->confidence, Confidence::Likely);
    EXPECT_EQ(ping->culprit, Culprit::Client);
}

TEST(NtlmPing001, IsFoundOverConnectionsThatTheClientClosesEachTime) {
    Story told = story();
    for (std::uint64_t i = 1; i <= 2; ++i) {
        told.connects(Leg::Client, i).on(i, i).get("/").negotiate().challenges();
        told.closes(Leg::Client, i);
    }
    EXPECT_EQ(tell(told).failures(), "1:NTLM-PING-001 2:NTLM-PING-001");
}

TEST(NtlmPing001, OneChallengeLeftLyingOrOneAnsweredInBetweenIsNone) {
    Story once = story().connects(Leg::Client, 1).on(1, 1);
    EXPECT_EQ(tell(once.get("/").negotiate().challenges().closes(Leg::Client, 1)).failures(),
              "1:CLIENT-NOAUTH-001");
    Story told = story().connects(Leg::Client, 1).on(1, 1);
    told.get("/").negotiate().challenges();
    told.get("/").negotiate().challenges();
    told.get("/").authenticate(kAlice).answers(200);
    told.get("/").negotiate().challenges().closes(Leg::Client, 1);
    EXPECT_EQ(tell(told).failures().find("PING"), std::string::npos) << tell(told).failures();
}

TEST(NtlmPing001, AnotherProgramsChallengeIsNotCounted) {
    Story told = story().connects(Leg::Client, 1).on(1, 1).get("/").negotiate().challenges();
    told.closes(Leg::Client, 1).agent("other/2").connects(Leg::Client, 2).on(2, 2).get("/").negotiate();
    told.challenges().closes(Leg::Client, 2);
    EXPECT_EQ(tell(told).failures(), "1:CLIENT-NOAUTH-001 2:CLIENT-NOAUTH-001");
}

TEST(NtlmPing001, CannotTellOfLoginsUnderWayWhenTheRecordEnds) {
    Story told = story();
    for (std::uint64_t i = 1; i <= 4; ++i)
        told.on(i, i).get("/" + std::to_string(i)).negotiate().challenges();
    EXPECT_EQ(tell(told).failures().find("PING"), std::string::npos);
}

// --- NTLM-COST-001

TEST(NtlmCost001, ThreeLoginsInARowOnOneConnectionAreAHabit) {
    Story told = story();
    for (int i = 0; i < 4; ++i) {
        told.on(1, 1).get("/").negotiate().challenges();
        told.get("/").authenticate(kAlice).says("Persistent-Auth: false").answers(200);
    }
    const auto heard = tell(told);
    EXPECT_EQ(heard.failures(), "");
    const Finding* cost = find(heard, "NTLM-COST-001");
    ASSERT_NE(cost, nullptr);
    EXPECT_EQ(cost->kind, FindingKind::Posture);
    EXPECT_EQ(cost->confidence, Confidence::Certain);
    EXPECT_EQ(cost->culprit, Culprit::Server);
    EXPECT_EQ(number(cost->exchange), 6U);
    EXPECT_EQ(heard.findings.size(), 1U);
}

TEST(NtlmCost001, ALoginThatServesManyRequestsIsNone) {
    Story told = story();
    for (int i = 0; i < 4; ++i) {
        told.on(1, 1).get("/").negotiate().challenges();
        told.get("/").authenticate(kAlice).answers(200);
        told.get("/x").answers(200);
    }
    EXPECT_EQ(find(tell(told), "NTLM-COST-001"), nullptr);
}

TEST(NtlmCost001, LoginsOnConnectionsOfTheirOwnAreNone) {
    Story told = story();
    for (std::uint64_t i = 1; i <= 5; ++i) login(told, i).answers(200);
    EXPECT_EQ(find(tell(told), "NTLM-COST-001"), nullptr);
}

TEST(NtlmCost001, CannotTellWithoutConnections) {
    Story told = story().unknown_connections();
    for (std::uint64_t i = 0; i < 4; ++i) {
        told.get("/").negotiate().challenges();
        told.get("/").authenticate(kAlice, told.exchanges()).answers(200);
    }
    EXPECT_EQ(find(tell(told), "NTLM-COST-001"), nullptr);
}

// --- NTLM-REPLAY-001

Story stored(const char* mark, bool timestamps = true) {
    NtlmHabits habits;
    habits.one_challenge = true;
    habits.timestamps = timestamps;
    Story told = story().habits(habits);
    login(told, 1).answers(200);
    told.on(2, 2).get("/x").refuses();
    told.get("/x").negotiate();
    if (mark != nullptr) told.says(mark);
    told.challenges();
    return told.get("/x").authenticate("CONTOSO\\bob");
}

TEST(NtlmReplay001, TheSameChallengeForTwoLoginsCameOutOfAStore) {
    const auto told = tell(stored("Via: 1.1 store").refuses());
    EXPECT_EQ(told.failures(), "6:NTLM-REPLAY-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
    EXPECT_THAT(told.only().because, HasSubstr("exchange 2"));
    EXPECT_EQ(tell(stored(nullptr).refuses()).only().culprit, Culprit::Unknown);
    EXPECT_EQ(tell(stored(nullptr, false).refuses()).only().confidence, Confidence::Likely);
}

TEST(NtlmReplay001, WhereTheServerAcceptsItIsARisk) {
    const auto told = tell(stored(nullptr).answers(200));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.only().rule, "NTLM-REPLAY-001");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
}

TEST(NtlmReplay001, ChallengesOfTheirOwnAreNone) {
    Story told = story();
    login(told, 1).answers(200);
    login(told, 2, "CONTOSO\\bob").refuses();
    EXPECT_EQ(tell(told).failures(), "6:NTLM-FAIL-001");
}

TEST(NtlmReplay001, CannotTellFromOneExchangeThatTwoWitnessesRecorded) {
    NtlmHabits habits;
    habits.one_challenge = true;
    Story told = story().habits(habits);
    told.on(1, 1).get("/").negotiate().challenges();
    std::vector<RecordItem> items = told.get("/").authenticate(kAlice).refuses().items();
    auto twin = std::get<Exchange>(items.front());
    twin.id = ExchangeId(77);
    items.insert(items.begin(), twin);  // the same moment
    for (const auto& [id, finding] : tell(items).findings) EXPECT_NE(finding.rule, "NTLM-REPLAY-001");
}

// --- NTLM-UNBOUND-001

TEST(NtlmUnbound001, AServerThatNobodyCanLogInToMayForgetItsChallenge) {
    Story told = story().server("Apache/2.4.57");
    login(told, 1).refuses();
    login(told, 2, "CONTOSO\\bob").refuses();
    const auto heard = tell(told);
    EXPECT_EQ(heard.failures(), "3:NTLM-FAIL-001 6:NTLM-UNBOUND-001");
    const Finding* unbound = find(heard, "NTLM-UNBOUND-001");
    ASSERT_NE(unbound, nullptr);
    EXPECT_EQ(unbound->confidence, Confidence::Possible);
    EXPECT_EQ(unbound->culprit, Culprit::Server);
    EXPECT_THAT(find(heard, "NTLM-FAIL-001")->not_visible,
                testing::Contains(HasSubstr("GssapiConnectionBound")));
}

TEST(NtlmUnbound001, IisOneUserOrALoginThatWorkedIsNone) {
    Story iis = story();
    login(iis, 1).refuses();
    login(iis, 2, "CONTOSO\\bob").refuses();
    EXPECT_EQ(tell(iis).failures(), "3:NTLM-FAIL-001 6:NTLM-FAIL-001");
    Story one = story().server("Apache/2.4.57");
    login(one, 1).refuses();
    login(one, 2).refuses();
    EXPECT_EQ(find(tell(one), "NTLM-UNBOUND-001"), nullptr);
    Story works = story().server("Apache/2.4.57");
    login(works, 1, "CONTOSO\\carol").answers(200);
    login(works, 2).refuses();
    login(works, 3, "CONTOSO\\bob").refuses();
    EXPECT_EQ(find(tell(works), "NTLM-UNBOUND-001"), nullptr);
}

TEST(NtlmUnbound001, CannotTellWithoutTheServersConnections) {
    Story told = story().server("Apache/2.4.57");
    for (std::uint64_t i = 1; i <= 2; ++i) {
        told.client(i).unknown_upstream().get("/").negotiate().challenges();
        told.get("/").authenticate("CONTOSO\\user" + std::to_string(i)).refuses();
    }
    EXPECT_EQ(find(tell(told), "NTLM-UNBOUND-001"), nullptr);
}

// --- what later exchanges show in another light

TEST(SecondThoughts, ABalancerThatShowsLaterExplainsTheRefusalBefore) {
    Story told = story().on(1, 1);
    told.get("/").negotiate().challenges();
    told.get("/").authenticate(kAlice).refuses();
    told.computer("WEB02").get("/").negotiate().challenges();
    told.get("/").authenticate(kAlice).answers(200);
    const auto heard = tell(told);
    EXPECT_EQ(heard.failures(), "2:NTLM-POOL-005");
    EXPECT_THAT(heard.only().because, HasSubstr("WEB02 in exchange 3"));
}

TEST(SecondThoughts, AnotherServerOnAnotherConnectionChangesNothing) {
    Story told = story().on(1, 1);
    told.get("/").negotiate().challenges();
    told.get("/").authenticate(kAlice).refuses();
    told.computer("WEB02").on(2, 2).get("/").negotiate().challenges();
    told.get("/").authenticate(kAlice).answers(200);
    EXPECT_EQ(tell(told).failures(), "2:NTLM-FAIL-001");
}

TEST(SecondThoughts, KeepTheNewestOnly) {
    SecondThoughts doubts;
    for (int i = 0; i < 200; ++i) {
        auto waiter = std::make_shared<Waiter>();
        waiter->reading.finding = "NTLM-FAIL-001";
        doubts.keep(waiter);
    }
    EXPECT_EQ(doubts.held(), 64U);
    auto sure = std::make_shared<Waiter>();
    sure->reading.finding = "ACCT-LOCK-001";
    SecondThoughts none;
    none.keep(sure);
    EXPECT_EQ(none.held(), 0U);
}

}  // namespace
}  // namespace why401
