// What NTLM messages themselves give away: nobody's login, old versions, flags, clocks, domains, one machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

/// Up to its AUTHENTICATE.
Story& login(Story& told, std::uint64_t connection, const std::string& user = kAlice) {
    told.on(connection, connection).get("/").refuses();
    told.get("/").negotiate().challenges();
    return told.get("/").authenticate(user);
}

std::vector<std::string> postures(const Told& told) {
    std::vector<std::string> rules;
    for (const auto& [id, finding] : told.findings)
        if (finding.kind == FindingKind::Posture) rules.emplace_back(finding.rule);
    return rules;
}

// --- NTLM-ANON-001

/// As odd() goes before authenticate(): the user's name is empty as well.
Story& nobody(Story& told) {
    told.on(1, 1).get("/").refuses();
    told.get("/").negotiate().challenges();
    return told.get("/").odd({.responses = std::pair(std::string(1, '\0'), std::string())}).authenticate("");
}

TEST(NtlmAnon001, AnEmptyLoginThatIsRefusedIsNobodys) {
    Story told = story();
    const auto heard = tell(nobody(told).refuses());
    EXPECT_EQ(heard.failures(), "3:NTLM-ANON-001");
    EXPECT_EQ(heard.only().confidence, Confidence::Certain);
    EXPECT_EQ(heard.only().culprit, Culprit::Client);
    EXPECT_THAT(heard.only().because, HasSubstr("DESK"));
}

TEST(NtlmAnon001, IsTheSameAtAProxysDoor) {
    Story told = story().proxy_auth();
    EXPECT_EQ(tell(nobody(told).refuses()).exchanges.at(3).finding, "NTLM-ANON-001");
}

TEST(NtlmAnon001, AnEmptyLoginThatIsAcceptedOrAUsersLoginIsNone) {
    Story told = story();
    EXPECT_EQ(tell(nobody(told).answers(200)).failures(), "");
    Story user = story();
    EXPECT_EQ(tell(login(user, 1).refuses()).failures(), "3:NTLM-FAIL-001");
}

TEST(NtlmAnon001, CannotTellWhoComesWithAnEmptyNameAndAProof) {
    Story told = story();
    EXPECT_EQ(tell(login(told, 1, "").refuses()).failures(), "3:NTLM-FAIL-001");
}

// --- NTLM-V1-001

Told with_responses(std::string lm, std::string nt, int status = 200) {
    Story told = story();
    told.on(1, 1).get("/").refuses();
    told.get("/").negotiate().challenges();
    told.get("/").odd({.responses = std::pair(std::move(lm), std::move(nt))}).authenticate(kAlice);
    status == 401 ? told.refuses() : told.answers(status);
    return tell(told);
}

TEST(NtlmV1001, ShortResponsesAreOldOnes) {
    const auto told = with_responses(std::string(24, 'l'), std::string(24, 'n'));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(postures(told), std::vector<std::string>{"NTLM-V1-001"});
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(with_responses("nonce678" + std::string(16, '\0'), std::string(24, 'n')).only().because,
                HasSubstr("extended session security"));
    EXPECT_THAT(with_responses(std::string(24, 'l'), "").only().because, HasSubstr("LAN Manager"));
}

TEST(NtlmV1001, StandsBesideTheFindingOfARefusal) {
    const auto told = with_responses(std::string(24, 'l'), std::string(24, 'n'), 401);
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(postures(told), std::vector<std::string>{"NTLM-V1-001"});
}

TEST(NtlmV1001, NtlmV2AndNobodysLoginAreNone) {
    Story told = story();
    EXPECT_TRUE(postures(tell(login(told, 1).answers(200))).empty());
    Story empty = story();
    EXPECT_TRUE(postures(tell(nobody(empty).answers(200))).empty());
}

TEST(NtlmV1001, CannotTellFromAResponseOfNoKnownLength) {
    EXPECT_TRUE(postures(with_responses("", std::string(10, 'n'))).empty());
}

// --- NTLM-FLAGS-001

Story halfway(std::uint32_t asked, std::uint32_t granted) {
    NtlmHabits habits;
    habits.negotiate_flags = asked;
    habits.challenge_flags = granted;
    return story().habits(habits).connects(Leg::Client, 1).on(1, 1).get("/").negotiate().challenges();
}

TEST(NtlmFlags001, AClientThatLeavesWhenItsDemandIsNotGrantedMayInsist) {
    const auto told = tell(halfway(ntlm::k128, 0).closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:NTLM-FLAGS-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("NEGOTIATE_128"));
}

TEST(NtlmFlags001, WhatIsGrantedOrNeverAskedForIsNone) {
    EXPECT_EQ(tell(halfway(ntlm::k128, ntlm::k128).closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(tell(halfway(0, 0).closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(tell(halfway(ntlm::k128, 0).get("/").authenticate(kAlice).answers(200)).failures(), "");
}

TEST(NtlmFlags001, CannotTellWhenTheRecordEndsThere) {
    EXPECT_EQ(tell(halfway(ntlm::k128, 0)).failures(), "1:CLIENT-NOAUTH-001");
}

// --- NTLM-TS-001

constexpr std::int64_t kNoon = 1'795'867'200;  // 2026-11-28 12:00:00 GMT
constexpr const char* kNoonText = "Date: Sat, 28 Nov 2026 12:00:00 GMT";

Story clocked(std::int64_t client, bool server_tells = false) {
    NtlmHabits habits;
    habits.timestamps = server_tells;
    habits.client_time = ntlm::filetime_from_unix(client);
    Story told = story().habits(habits);
    login(told, 1).says(kNoonText);
    return told;
}

TEST(NtlmTs001, AClockThatIsHoursOffMayBeWhyALoginIsRefused) {
    const auto told = tell(clocked(kNoon - 3 * 3600).refuses());
    EXPECT_EQ(told.failures(), "3:NTLM-TS-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().because, HasSubstr("180 min 0 s behind"));
    EXPECT_THAT(told.only().because, HasSubstr("2026-11-28T09:00:00"));
}

TEST(NtlmTs001, AFewMinutesOrTheServersOwnTimeAreNoEvidence) {
    EXPECT_EQ(tell(clocked(kNoon + 60).refuses()).failures(), "3:NTLM-FAIL-001");
    NtlmHabits habits;  // the client copies the time of the CHALLENGE, as it should
    habits.client_time = 132'000'000'000'000'000ULL + 2 * 12'345;
    Story told = story().habits(habits);
    login(told, 1).says(kNoonText);
    EXPECT_EQ(tell(told.refuses()).failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(tell(clocked(kNoon - 7200).answers(200)).failures(), "");
}

TEST(NtlmTs001, CannotTellWithoutTheServersClock) {
    NtlmHabits habits;
    habits.timestamps = false;
    Story told = story().habits(habits);
    EXPECT_EQ(tell(login(told, 1).refuses()).failures(), "3:NTLM-FAIL-001");
}

// --- NTLM-FAIL-002

Told as(const std::string& user, const std::string& workstation = "DESK", int status = 401) {
    NtlmHabits habits;
    habits.workstation = workstation;
    habits.dns_computer = "web01.corp.contoso.test";
    Story told = story().habits(habits);
    login(told, 1, user);
    status == 401 ? told.refuses() : told.answers(status);
    return tell(told);
}

TEST(NtlmFail002, AnAccountOfTheClientsOwnMachineIsUnknownToTheServer) {
    const auto told = as("DESK\\alice");
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_THAT(told.only().fix.front(), HasSubstr("CONTOSO\\user"));
}

TEST(NtlmFail002, AnotherDomainIsOnlyPossibleForTheyMayTrustEachOther) {
    const auto told = as("FABRIKAM\\alice");
    EXPECT_EQ(told.failures(), "3:NTLM-FAIL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(NtlmFail002, TheServersOwnNamesAndPrincipalNamesAreRight) {
    for (const char* user : {"CONTOSO\\alice", "contoso\\alice", "WEB01\\alice",
                             "web01.corp.contoso.test\\alice", ".\\alice", "alice@contoso.test", "alice"})
        EXPECT_EQ(as(user).failures(), "3:NTLM-FAIL-001") << user;
    EXPECT_EQ(as("FABRIKAM\\alice", "DESK", 200).failures(), "");
}

TEST(NtlmFail002, ADomainThatWasLetInBeforeIsTrusted) {
    Story told = story();
    login(told, 1, "FABRIKAM\\bob").answers(200);
    login(told, 2, "FABRIKAM\\alice").refuses();
    EXPECT_EQ(tell(told).failures(), "6:NTLM-FAIL-001");
}

TEST(NtlmFail002, AServerThatIsNotWindowsMayNameAnyDomain) {
    Story told = story().server("Apache/2.4.57");
    EXPECT_EQ(tell(login(told, 1, "FABRIKAM\\alice").refuses()).failures(), "3:NTLM-FAIL-001");
}

TEST(NtlmFail002, CannotTellWithoutTheChallenge) {
    Story told = story();
    EXPECT_EQ(tell(told.on(1, 1).get("/").authenticate("FABRIKAM\\alice", 7).refuses()).failures(),
              "1:UNKNOWN-401");
}

// --- LOOPBACK-001

Told from(const std::string& workstation, const std::string& host, const std::string& server_at,
          const std::string& server = "Microsoft-IIS/10.0", int status = 401) {
    NtlmHabits habits;
    habits.workstation = workstation;
    habits.dns_computer = "web01.contoso.test";
    Story told = story().habits(habits).server(server);
    told.host(host);
    told.connects(Leg::Client, 1, "192.0.2.7:50000").connects(Leg::Upstream, 1, server_at);
    login(told, 1);
    status == 401 ? told.refuses() : told.answers(status);
    return tell(told);
}

TEST(Loopback001, TheServerItselfBrowsesTheSiteByAnotherName) {
    const auto told = from("WEB01", "intranet.contoso.test", "192.0.2.7:80");
    EXPECT_EQ(told.failures(), "3:LOOPBACK-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_EQ(from("WEB01", "intranet.contoso.test", "127.0.0.1:80").only().confidence, Confidence::Likely);
}

TEST(Loopback001, WithoutTheAddressesItIsPossible) {
    EXPECT_EQ(from("WEB01", "intranet.contoso.test", "192.0.2.99:80").only().confidence,
              Confidence::Possible);
}

TEST(Loopback001, AnotherMachineTheServersOwnNameAndOtherServersAreNone) {
    EXPECT_EQ(from("DESK", "intranet.contoso.test", "127.0.0.1:80").failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(from("WEB01", "web01.contoso.test", "127.0.0.1:80").failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(from("WEB01", "WEB01", "127.0.0.1:80").failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(from("WEB01", "localhost", "127.0.0.1:80").failures(), "3:NTLM-FAIL-001");
    EXPECT_EQ(from("WEB01", "intranet.contoso.test", "127.0.0.1:80", "Apache/2.4").failures(),
              "3:NTLM-FAIL-001");
    EXPECT_EQ(from("WEB01", "intranet.contoso.test", "127.0.0.1:80", "Microsoft-IIS/10.0", 200).failures(),
              "");
}

TEST(Loopback001, CannotTellFromAMessageWithoutAWorkstation) {
    EXPECT_EQ(from("", "intranet.contoso.test", "127.0.0.1:80").failures(), "3:NTLM-FAIL-001");
}

}  // namespace
}  // namespace why401
