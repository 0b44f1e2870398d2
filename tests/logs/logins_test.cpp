// What rows of IIS's log mean to a login: healthy ones are told as such, others by their codes, and nothing
// is said that a log cannot know.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told_log.h"

namespace why401 {
namespace {

using test::tell_freb;
using test::tell_log;
using test::Told;
using test::w3c;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

std::string ntlm(const std::string& time, const std::string& path, const std::string& user,
                 const std::string& client = "10.0.0.9") {
    return w3c(time, path, "401 2 5", "-", client) + w3c(time, path, "401 1 2148074254", "-", client) +
           w3c(time, path, "200 0 0", user, client);
}

TEST(LogLogins, AnNtlmLoginIsThreeRowsAndNothingIsWrong) {
    const Told told = tell_log(ntlm("08:00:01", "/", kAlice));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
    EXPECT_EQ(told.exchanges.at(3).identity, kAlice);
    EXPECT_EQ(told.exchanges.at(2).substatus->value, "401.1");
    EXPECT_EQ(told.exchanges.at(2).substatus->basis, SubstatusBasis::Log);
    EXPECT_EQ(told.exchanges.at(2).substatus->confidence, Confidence::Certain);
    EXPECT_EQ(told.exchanges.at(2).leg, "negotiate");
    EXPECT_EQ(told.summary.normal_401, 2U);
    ASSERT_EQ(told.conversations.size(), 1U);
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
    EXPECT_EQ(told.conversations.at(1).identity, kAlice);
}

TEST(LogLogins, TheSeedsRowsAreHealthyWithAndWithoutTheirAddresses) {
    const std::string fields =
        "#Software: Microsoft Internet Information Services 6.0\n#Fields: date time s-ip cs-method "
        "cs-uri-stem "
        "cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status \n";
    for (const std::string ip : {"192.168.0.101 ", ""}) {
        const auto row = [&](const std::string& page, const std::string& user, const std::string& answer) {
            return "2005-05-21 05:39:27 " + ip + "GET /VirtualServer/" + page + " 1024 " + user + " " + ip +
                   "Mozilla/4.0+(User-Agent) " + answer + "\n";
        };
        const Told told =
            tell_log(fields + row("VSWebApp.exe view=1", "WEBBROWSER\\User", "200 0 0") +
                     row("VSScripts.js -", "-", "401 2 5") + row("VSScripts.js -", "-", "401 1 2148074254") +
                     row("VSScripts.js -", "WEBBROWSER\\User", "304 0 0"));
        EXPECT_EQ(told.failures(), "") << ip;
        EXPECT_EQ(told.readings(), "- NORM-ANON-001 NORM-NTLM-002 NORM-304-007") << ip;
    }
}

TEST(LogLogins, Iis6WritesTheSameLoginWithOtherCodes) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 2148074254") + w3c("08:00:01", "/", "401 1 0") +
                               w3c("08:00:01", "/", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NORM-NTLM-003");
}

TEST(LogLogins, KerberosAndBasicTakeOneRefusal) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001 -") << "which of the two it was, no log can tell";
    EXPECT_EQ(told.conversations.at(1).outcome, "authenticated");
}

TEST(LogLogins, AnonymousAndWindowsOnTogetherRefuseFirstByTheAccessList) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 3 5") + w3c("08:00:01", "/", "401 1 2148074254") +
                               w3c("08:00:01", "/", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
}

TEST(LogLogins, ParallelConnectionsBeginMoreLoginsThanTheyNeed) {
    const Told told =
        tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 2 5") +
                 w3c("08:00:01", "/", "401 1 2148074254") + w3c("08:00:02", "/", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.summary.normal_401, 3U);
}

TEST(LogLogins, ALogWithoutUserNamesIsHealthyAsWell) {
    const Told told = tell_log(
        "#Fields: date time cs-method cs-uri-stem c-ip sc-status sc-substatus sc-win32-status\n"
        "2026-03-01 08:00:01 GET / 10.0.0.9 401 2 5\n2026-03-01 08:00:01 GET / 10.0.0.9 401 1 2148074254\n"
        "2026-03-01 08:00:01 GET / 10.0.0.9 200 0 0\n");
    EXPECT_EQ(told.failures(), "");
}

TEST(LogLogins, ALogOfIis5HasNoSubstatusAndIsHealthyAllTheSame) {
    const Told told = tell_log(
        "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status sc-win32-status cs(User-Agent)\n"
        "2003-03-01 08:00:01 10.0.0.9 - GET / 401 5 IE\n2003-03-01 08:00:01 10.0.0.9 - GET / 401 2148074254 "
        "IE\n"
        "2003-03-01 08:00:01 10.0.0.9 D\\u GET / 200 0 IE\n");
    EXPECT_EQ(told.failures(), "");
    EXPECT_FALSE(told.exchanges.at(1).substatus);
}

TEST(LogLogins, AHandshakeForEachRequestIsNoFailure) {
    std::string rows;
    for (int i = 10; i < 30; ++i) rows += ntlm("08:00:" + std::to_string(i), "/EWS/Exchange.asmx", kAlice);
    const Told told = tell_log(rows);
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.summary.normal_401, 40U);
}

TEST(LogLogins, TheIdsThatExchangeWritesIntoTheQueryDoNotPartALogin) {
    const auto row = [](const std::string& id, const std::string& user, const std::string& answer) {
        return "2023-04-19 11:22:56 192.168.20.198 POST /Autodiscover/Autodiscover.xml "
               "&CorrelationID=<empty>;&ClientId=VXRIEZ&cafeReqId=" +
               id + "; 443 " + user + " 192.168.20.38 Microsoft+Office/16.0 - " + answer + "\n";
    };
    const Told told = tell_log(test::kIis10 + row("4e73377c", "-", "401 1 2148074254 1") +
                               row("98de9d99", "CUSTOMER\\test", "200 0 0 12"));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-NTLM-002 NORM-NTLM-003");
}

TEST(LogLogins, ClientsAtOneAddressAreToldApartByTheirProgram) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 5") +
                               w3c("08:00:02", "/", "200 0 0", kAlice, "10.0.0.9", "15", "curl/8"));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
}

TEST(LogLogins, TheLogBeforeThePageWhereBothSpeak) {
    test::Story tale = test::story().on(1, 1).get("/").basic("alice", "x").offers("Basic").answers(401);
    auto items = tale.items();
    auto& exchange = std::get<Exchange>(items.back());
    exchange.log =
        std::get<Exchange>(test::items_of_log(test::kIis10 + w3c("08:00:01", "/", "401 3 5", "alice")).at(0))
            .log;
    auto joined = std::make_shared<LogLine>(*exchange.log);
    joined->alone = false;
    exchange.log = joined;
    const Told told = test::tell(items);
    EXPECT_EQ(told.failures(), "1:IIS-4013-ACL");
    EXPECT_EQ(told.exchanges.at(1).substatus->basis, SubstatusBasis::Log);
}

// CLIENT-NOAUTH-001

TEST(ClientNoauth001, ALoneRefusalInALogIsPossiblyAClientThatDidNotAnswer) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:02:00", "/other", "200 0 0"));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("10.0.0.9 (Mozilla/5.0)"), HasSubstr("401.2")));
    EXPECT_EQ(told.only().evidence.at(0).at, "log.line");
}

TEST(ClientNoauth001, AChallengeThatNobodyCameBackForIsTold) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 1 2148074254") +
                               w3c("08:02:00", "/other", "200 0 0"));
    EXPECT_EQ(told.failures(), "2:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
}

// NTLM-FAIL-001

TEST(NtlmFail001, TheLogsOwnCodeSaysThatTheLogonWasDenied) {
    for (const char* code : {"2148074252", "-1073741715", "1326"}) {
        const Told told =
            tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 1 2148074254") +
                     w3c("08:00:01", "/", std::string("401 1 ") + code));
        EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
        EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 NTLM-FAIL-001");
        EXPECT_EQ(told.conversations.at(1).outcome, "refused");
    }
}

TEST(NtlmFail001, TheTracesCodeSaysSoToo) {
    test::FrebParts parts;
    parts.status = "401.1";
    parts.substatus = "1";
    parts.code = "2148074252";
    parts.module = "WindowsAuthenticationModule";
    const Told told = tell_freb(parts);
    EXPECT_EQ(told.failures(), "1:NTLM-FAIL-001");
    EXPECT_EQ(told.exchanges.at(1).substatus->basis, SubstatusBasis::Freb);
}

TEST(NtlmFail001, ATraceThatShowsTheAnswerNamesTheUser) {
    test::Story tale =
        test::story().on(1, 1).get("/").negotiate().challenges().get("/").authenticate(kAlice).refuses();
    test::FrebParts parts;
    parts.status = "401.1";
    parts.substatus = "1";
    parts.code = "2148074252";
    parts.request_fields =
        "Host: web01.test\nAuthorization: " +
        std::string(value(std::get<Exchange>(tale.items().back()).request, "Authorization"));
    const Told told = tell_freb(parts);
    EXPECT_EQ(told.failures(), "1:NTLM-FAIL-001");
    EXPECT_THAT(told.only().because, AllOf(HasSubstr(kAlice), HasSubstr("0x8009030C")));
}

// BASIC-BAD-001

TEST(BasicBad001, ATraceThatShowsTheCredentialsNamesTheUser) {
    test::FrebParts parts;
    parts.status = "401.1";
    parts.substatus = "1";
    parts.code = "2147943726";  // 0x8007052E: 1326 as an HRESULT
    parts.module = "BasicAuthenticationModule";
    parts.request_fields = "Host: web01.test\nAuthorization: Basic YWxpY2U6eA==";
    const Told told = tell_freb(parts);
    EXPECT_THAT(told.failures(), "1:BASIC-BAD-001");
    EXPECT_THAT(told.findings.begin()->second.because, HasSubstr("alice"));
}

TEST(BasicBad001, AFailedLoginThatLeavesItsNameInTheLogWasBasic) {
    const Told told = tell_log(
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "sc-status "
        "sc-substatus sc-win32-status time-taken\n"
        "2011-05-12 15:50:12 192.168.0.211 POST /msdeploy.axd site=default%20web%20site 8172 - 192.168.0.203 "
        "- 401 2 5 "
        "1653\n2011-05-12 15:50:12 192.168.0.211 POST /msdeploy.axd site=default%20web%20site 8172 user1 "
        "192.168.0.203 "
        "- 401 1 1326 124\n");
    EXPECT_EQ(told.failures(), "2:BASIC-BAD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
    EXPECT_EQ(told.exchanges.at(2).leg, "single");
}

// NTLM-POOL-001 and 002

TEST(NtlmPool001, AStrangerBetweenTwoPagesOfOneUserIsPossiblyAPooledConnection) {
    const Told told = tell_log(w3c("08:00:01", "/a", "200 0 0", kAlice) + w3c("08:00:02", "/b", "401 2 5") +
                               w3c("08:00:03", "/c", "200 0 0", kAlice) + w3c("08:02:00", "/x", "200 0 0"));
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("no log can show that")));
}

TEST(NtlmPool001, ANewConnectionOfTheSameUserIsHealthy) {
    const Told told = tell_log(w3c("08:00:01", "/a", "200 0 0", kAlice) + ntlm("08:00:02", "/b", kAlice) +
                               w3c("08:00:03", "/c", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
}

TEST(NtlmPool001, IconsAndManifestsAreFetchedWithoutALogin) {
    for (const char* path : {"/favicon.ico", "/manifest.json", "/app/site.webmanifest"}) {
        const Told told =
            tell_log(w3c("08:00:01", "/a", "200 0 0", kAlice) + w3c("08:00:02", path, "401 2 5") +
                     w3c("08:00:03", "/b", "200 0 0", kAlice));
        EXPECT_EQ(told.failures(), "2:CLIENT-NOAUTH-001") << path;
    }
}

TEST(NtlmPool001, WithoutASecondPageItIsOnlyUnanswered) {
    const Told told = tell_log(w3c("08:00:01", "/a", "200 0 0", kAlice) + w3c("08:00:02", "/b", "401 2 5") +
                               w3c("08:02:00", "/x", "200 0 0", "-", "10.0.0.77"));
    EXPECT_EQ(told.failures(), "2:CLIENT-NOAUTH-001");
}

TEST(NtlmPool002, AnInvalidTokenOfAClientWhoseLoginsAreGoodIsPossiblyBegunElsewhere) {
    const Told told =
        tell_log(w3c("08:00:01", "/", "200 0 0", kAlice) + w3c("08:00:09", "/", "401 1 2148074248"));
    EXPECT_EQ(told.failures(), "2:NTLM-POOL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(NtlmPool002, AnInvalidTokenAfterAChallengeIsPossiblyASplitHandshake) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 1 2148074254") +
                               w3c("08:00:01", "/", "401 1 2148074248"));
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(NtlmPool002, WithoutAChallengeAnInvalidTokenIsPossiblyTheSecondHalfOfALogin) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 2148074248")).failures(), "1:NTLM-POOL-002");
}

// The server's other words

TEST(Iis4013Acl, TheLogsWordIsCertain) {
    const Told told = tell_log(w3c("08:00:01", "/f.htm", "401 3 5", kAlice));
    EXPECT_EQ(told.failures(), "1:IIS-4013-ACL");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr(kAlice));
    EXPECT_EQ(told.only().evidence.at(0).at, "log.line");
}

TEST(Iis4013Acl, TheAnonymousUserIsAccusedOnlyWhenNobodyLoggedIn) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/f.htm", "401 3 5") + w3c("08:02:00", "/", "200 0 0")).failures(),
              "1:IIS-4013-ACL");
}

TEST(Iis4014Filter, TheLogsWordIsCertain) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 4 5", kAlice)).failures(), "1:IIS-4014-FILTER");
}

TEST(Iis4015App, TheLogsWordIsCertain) {
    const Told told = tell_log(w3c("08:00:01", "/a.cgi", "401 5 0", kAlice));
    EXPECT_EQ(told.failures(), "1:IIS-4015-APP");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(Iis4015App, ARowWithoutASubstatusIsPossiblyAnApplications) {
    const Told told = tell_log(w3c("08:00:01", "/api", "401 0 0") + w3c("08:02:00", "/", "200 0 0"));
    EXPECT_EQ(told.failures(), "1:IIS-4015-APP");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(tell_log(w3c("08:00:01", "/api", "401 0 0") + w3c("08:00:02", "/api", "200 0 0")).failures(),
              "");
}

TEST(Iis4012Noscheme, ALogCannotTellWhatWasOffered) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:02:00", "/", "401 2 5"))
                  .failures()
                  .find("NOSCHEME"),
              std::string::npos);
}

}  // namespace
}  // namespace why401
