// Kerberos that is not tried: NTLM in its place, browsers that stay silent, logins that end at the first
// server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kerberos_tokens.h"
#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using test::ticket;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";
constexpr const char* kBrowser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0";

/// Exchanges with a finding of that rule.
std::string told_of(std::string_view rule, const test::Told& told) {
    std::string out;
    for (const auto& [id, finding] : told.findings)
        if (finding.rule == rule) out += (out.empty() ? "" : " ") + std::to_string(number(finding.exchange));
    return out;
}

Story logs_in(Story tale) {
    return tale.get("/").negotiate().challenges().get("/").wrapped().authenticate(kAlice).answers(200);
}

// --- KRB-FALLBACK-001

TEST(KrbFallback001, NtlmInsideNegotiateWorksAndIsNoKerberos) {
    const auto told = tell(logs_in(story().on(1, 1)));
    EXPECT_EQ(told_of("KRB-FALLBACK-001", told), "2");
    EXPECT_EQ(told.failures(), "");
}

TEST(KrbFallback001, TheServerMayPickNtlm) {
    const std::string picks = "Negotiate " + base64::encode(spnego::encode_resp(spnego::NegState::RequestMic,
                                                                                spnego::kNtlmMech, ""));
    EXPECT_EQ(told_of("KRB-FALLBACK-001",
                      tell(story().on(1, 1).get("/").credentials(ticket()).offers(picks).answers(401))),
              "1");
}

TEST(KrbFallback001, NtlmUnderItsOwnNameFellBackFromNothing) {
    EXPECT_EQ(told_of("KRB-FALLBACK-001", tell(story().on(1, 1).ntlm_login(kAlice))), "");
}

TEST(KrbFallback001, CannotTellBeforeTheLoginIsMade) {
    EXPECT_EQ(told_of("KRB-FALLBACK-001", tell(story().on(1, 1).get("/").refuses())), "");
}

// --- KRB-IP-001

TEST(KrbIp001, AnAddressHasNoTicket) {
    EXPECT_EQ(told_of("KRB-IP-001", tell(logs_in(story().host("10.1.2.3").on(1, 1)))), "2");
    EXPECT_EQ(told_of("KRB-IP-001", tell(logs_in(story().host("[2001:db8::1]:8080").on(1, 1)))), "2");
}

TEST(KrbIp001, ANameIsNoAddressAndATicketIsATicket) {
    EXPECT_EQ(told_of("KRB-IP-001", tell(logs_in(story().host("10-1-2-3.test").on(1, 1)))), "");
    EXPECT_EQ(told_of("KRB-IP-001",
                      tell(story().host("10.1.2.3").on(1, 1).get("/").credentials(ticket()).answers(200))),
              "");
}

TEST(KrbIp001, CannotTellOfAProxysOwnDoor) {
    EXPECT_EQ(told_of("KRB-IP-001", tell(story()
                                             .host("10.1.2.3")
                                             .proxy_auth()
                                             .on(1, 1)
                                             .get("/")
                                             .negotiate()
                                             .challenges()
                                             .get("/")
                                             .authenticate(kAlice)
                                             .answers(200))),
              "");
}

// --- KRB-SPN-001

TEST(KrbSpn001, TheSameProgramHasTicketsForOtherHosts) {
    auto tale = story()
                    .host("intranet.test")
                    .on(1, 1)
                    .get("/")
                    .credentials(ticket({.sname = {"HTTP", "intranet.test"}}));
    tale.answers(200).host("wiki.test").on(2, 2);
    const auto told = tell(logs_in(tale));
    EXPECT_EQ(told_of("KRB-SPN-001", told), "3");
    EXPECT_EQ(told.failures(), "");
}

TEST(KrbSpn001, AnAddressNeedsNoMissingName) {
    auto tale = story().host("intranet.test").on(1, 1).get("/").credentials(ticket()).answers(200);
    EXPECT_EQ(told_of("KRB-SPN-001", tell(logs_in(tale.host("10.1.2.3").on(2, 2)))), "");
}

TEST(KrbSpn001, CannotTellOfAProgramThatNeverHadATicket) {
    EXPECT_EQ(told_of("KRB-SPN-001", tell(logs_in(story().on(1, 1)))), "");
}

// --- KRB-LOCAL-001

/// Where the proxy's own ends of both connections are.
std::vector<RecordItem> login_between(const std::string& client, const std::string& client_end,
                                      const std::string& server, const std::string& own_end) {
    Story tale = story();
    auto items =
        logs_in(tale.connects(Leg::Client, 1, client).connects(Leg::Upstream, 1, server).on(1, 1)).items();
    std::get<Connection>(items[0]).local = client_end;
    std::get<Connection>(items[1]).local = own_end;
    return items;
}

TEST(KrbLocal001, BothEndsOnOneMachine) {
    EXPECT_EQ(told_of("KRB-LOCAL-001", tell(login_between("127.0.0.1:50000", "127.0.0.1:8401", "10.0.0.5:80",
                                                          "10.0.0.5:40000"))),
              "2");
}

TEST(KrbLocal001, AServerElsewhereIsNotLocal) {
    EXPECT_EQ(told_of("KRB-LOCAL-001", tell(login_between("127.0.0.1:50000", "127.0.0.1:8401", "10.0.0.6:80",
                                                          "10.0.0.5:40000"))),
              "");
}

TEST(KrbLocal001, CannotTellWithoutTheAddresses) {
    EXPECT_EQ(told_of("KRB-LOCAL-001", tell(logs_in(story().on(1, 1)))), "");
}

// --- KRB-DOUBLEHOP-001

Story back_end_asked_by(const std::string& address, const std::string& user) {
    auto tale = story();
    tale.connects(Leg::Upstream, 1, "10.0.0.7:80").connects(Leg::Client, 2, address);
    return tale.host("backend.test")
        .on(2, 2)
        .get("/")
        .negotiate()
        .challenges()
        .get("/")
        .authenticate(user)
        .refuses();
}

TEST(KrbDoublehop001, AServerThatLogsInAsItsMachine) {
    const auto told = tell(back_end_asked_by("10.0.0.7:51000", "CONTOSO\\WEB01$"));
    EXPECT_EQ(told.failures(), "2:KRB-DOUBLEHOP-001");
    EXPECT_EQ(told.findings.begin()->second.confidence, Confidence::Possible);
}

TEST(KrbDoublehop001, TheLogOfTheBackEndNamesNobody) {
    auto items = story().on(1, 1).get("/").answers(401).items();
    auto line = std::make_shared<LogLine>();
    line->text =
        "2026-11-22 22:18:36 10.0.0.9 GET / - 80 NT+AUTHORITY\\ANONYMOUS+LOGON 10.0.0.7 - 401 1 2148074252 0";
    line->user = "NT+AUTHORITY\\ANONYMOUS+LOGON";
    auto& exchange = std::get<Exchange>(items.front());
    exchange.log = line;
    exchange.request = {};
    exchange.response = {};
    EXPECT_EQ(tell(items).failures(), "1:KRB-DOUBLEHOP-001");
}

TEST(KrbDoublehop001, AUserOrAClientThatServesNobodyIsNoSecondHop) {
    EXPECT_EQ(tell(back_end_asked_by("10.0.0.7:51000", kAlice)).failures(), "2:NTLM-FAIL-001");
    EXPECT_EQ(tell(back_end_asked_by("10.0.0.8:51000", "CONTOSO\\WEB01$")).failures(), "2:NTLM-FAIL-001");
}

TEST(KrbDoublehop001, CannotTellWithoutTheClientsAddress) {
    const auto told =
        tell(story().unknown_connections().get("/").authenticate("CONTOSO\\WEB01$", 9).refuses());
    EXPECT_EQ(told_of("KRB-DOUBLEHOP-001", told), "");
}

// --- KRB-ZONE-001

TEST(KrbZone001, ABrowserThatStaysSilentAtANameWithDots) {
    const auto told = tell(story().agent(kBrowser).on(1, 1).get("/").refuses().closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:KRB-ZONE-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
}

TEST(KrbZone001, OtherProgramsHaveNoZones) {
    EXPECT_EQ(tell(story().agent("curl/8.5.0").on(1, 1).get("/").refuses().closes(Leg::Client, 1)).failures(),
              "1:CLIENT-NOAUTH-001");
}

TEST(KrbZone001, ANameWithoutDotsIsIntranet) {
    EXPECT_EQ(tell(story().agent(kBrowser).host("wiki").on(1, 1).get("/").refuses().closes(Leg::Client, 1))
                  .failures(),
              "1:CLIENT-NOAUTH-001");
}

TEST(KrbZone001, CannotTellWhereTheRecordEndsAndSaysSo) {
    const auto told = tell(story().agent(kBrowser).on(1, 1).get("/").refuses());
    EXPECT_EQ(told.failures(), "1:KRB-ZONE-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_EQ(tell(story().agent(kBrowser).on(1, 1).get("/").refuses(), false).failures(), "");
}

}  // namespace
}  // namespace why401
