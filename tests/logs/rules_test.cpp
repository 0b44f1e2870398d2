// The rules that live on the server's own word: its log, its traces, HTTP.sys's log, and where it says the
// same on a page.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told_log.h"

namespace why401 {
namespace {

using test::FrebParts;
using test::story;
using test::tell;
using test::tell_freb;
using test::tell_httperr;
using test::tell_log;
using test::Told;
using test::w3c;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

std::string detailed(const std::string& substatus, const std::string& code, const std::string& module) {
    return "<title>IIS 10.0 Detailed Error - 401." + substatus +
           " - Unauthorized</title><h3>HTTP Error 401." + substatus +
           " - Unauthorized</h3><table><tr><th>Module</th><td>&nbsp;&nbsp;&nbsp;" + module +
           "</td></tr><tr><th>Notification</th><td>&nbsp;&nbsp;&nbsp;AuthenticateRequest</td></"
           "tr><tr><th>Handler</th>"
           "<td>&nbsp;&nbsp;&nbsp;StaticFile</td></tr><tr><th>Error Code</th><td>&nbsp;&nbsp;&nbsp;" +
           code + "</td></tr></table>";
}

// IIS-PKG-001

TEST(IisPkg001, TheDocumentedRowsNameTheCause) {
    const Told told = tell_log(w3c("10:00:00", "/whoami.aspx", "401 2 5") +
                               w3c("10:00:00", "/whoami.aspx", "401 1 2148074245"));
    EXPECT_EQ(told.failures(), "2:IIS-PKG-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
    EXPECT_THAT(told.only().fix.at(0), HasSubstr("w3svc"));
    ASSERT_TRUE(told.only().evidence.at(0).bytes);
}

TEST(IisPkg001, APageWithTheCodeIsTheSame) {
    const Told told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .negotiate()
                               .page(detailed("1", "0x80090305", "WindowsAuthenticationModule"))
                               .refuses());
    EXPECT_EQ(told.failures(), "1:IIS-PKG-001");
}

TEST(IisPkg001, AnotherCodeIsAnotherCause) {
    EXPECT_THAT(tell_log(w3c("10:00:00", "/", "401 1 2148074252")).failures(), "1:NTLM-FAIL-001");
}

TEST(IisPkg001, CannotTellWithoutTheCode) {
    EXPECT_EQ(tell_log("#Fields: date time cs-method cs-uri-stem sc-status sc-substatus\n2026-03-01 08:00:01 "
                       "GET / 401 1\n")
                  .failures()
                  .find("PKG"),
              std::string::npos);
}

// CBT-LOG-005

TEST(CbtLog005, TheLogSaysThatTheBindingDidNotMatch) {
    for (const char* code : {"2148074310", "-1073740965"}) {
        const Told told =
            tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 1 2148074254") +
                     w3c("08:00:01", "/", std::string("401 1 ") + code));
        EXPECT_EQ(told.failures(), "3:CBT-LOG-005") << code;
        EXPECT_EQ(told.only().culprit, Culprit::Unknown);
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
    }
}

TEST(CbtLog005, ADeniedLogonIsNoMatterOfBindings) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 2148074252")).failures(), "1:NTLM-FAIL-001");
}

TEST(CbtLog005, CannotTellItFromAnInvalidTokenAlone) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 2148074248")).failures(), "1:NTLM-POOL-002");
}

// IIS-401501-DYNIP

TEST(Iis401501Dynip, TheLogNamesTheLimit) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 502 0"));
    EXPECT_EQ(told.failures(), "1:IIS-401501-DYNIP");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr("too many requests"));
}

TEST(Iis401501Dynip, ATraceNamesItToo) {
    FrebParts parts;
    parts.status = "401.503";
    parts.substatus = "503";
    parts.module = "IpRestrictionModule";
    EXPECT_EQ(tell_freb(parts).failures(), "1:IIS-401501-DYNIP");
}

TEST(Iis401501Dynip, AnOrdinaryRefusalIsNone) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 5 0", kAlice)).failures(), "1:IIS-4015-APP");
}

TEST(Iis401501Dynip, CannotTellWithoutASubstatus) {
    EXPECT_EQ(tell_log("#Fields: date time cs-method cs-uri-stem sc-status\n2026-03-01 08:00:01 GET / 401\n")
                  .failures()
                  .find("DYNIP"),
              std::string::npos);
}

// IIS-4017-URLAUTH6

TEST(Iis4017Urlauth6, TheLogSays4017) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 7 5", kAlice));
    EXPECT_EQ(told.failures(), "1:IIS-4017-URLAUTH6");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
}

TEST(Iis4017Urlauth6, TheAccessListIsAnotherMatter) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 3 5", kAlice)).failures(), "1:IIS-4013-ACL");
}

TEST(Iis4017Urlauth6, CannotTellFromACapture) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").basic("a", "b").offers("Basic").answers(401)).failures(),
              "1:BASIC-BAD-001");
}

// IIS-4012-URLAUTHZ

TEST(Iis4012Urlauthz, ATraceNamesTheModule) {
    FrebParts parts;
    parts.module = "UrlAuthorizationModule";
    parts.notification = "4";
    parts.user = kAlice;
    const Told told = tell_freb(parts);
    EXPECT_EQ(told.failures(), "1:IIS-4012-URLAUTHZ");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, HasSubstr(kAlice));
}

TEST(Iis4012Urlauthz, ARowWithAUserIsPossiblyIt) {
    const Told told = tell_log(w3c("08:00:01", "/admin", "401 2 5", kAlice));
    EXPECT_EQ(told.failures(), "1:IIS-4012-URLAUTHZ");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

TEST(Iis4012Urlauthz, APageOfAspNetToCredentialsIsPossiblyIt) {
    const char* page =
        "<h2>Server Error in '/' Application.</h2><h2>Access is denied.</h2>Error message 401.2.: "
        "Unauthorized: Logon "
        "failed due to server configuration.";
    EXPECT_EQ(tell(story().on(1, 1).get("/admin").basic("alice", "x").page(page).offers("Basic").answers(401))
                  .failures(),
              "1:IIS-4012-URLAUTHZ");
    const Told first = tell(
        story().on(1, 1).get("/").page(page).offers("Basic").answers(401).get("/").basic("a", "b").answers(
            200));
    EXPECT_EQ(first.failures(), "") << "a stranger is asked to log in the same way";
}

TEST(Iis4012Urlauthz, CannotTellWithoutAUser) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/admin", "401 2 5")).failures(), "1:CLIENT-NOAUTH-001");
}

// IIS-WMSVC-001

TEST(IisWmsvc001, AKnownUserWhoMayNotPublish) {
    const Told told = tell_log(w3c("08:00:01", "/msdeploy.axd", "401 2 5") +
                               w3c("08:00:02", "/msdeploy.axd", "401 2 5", "user1"));
    EXPECT_EQ(told.failures(), "2:IIS-WMSVC-001");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.exchanges.at(1).finding, "NORM-ANON-001");
}

TEST(IisWmsvc001, AWrongPasswordIsNoMatterOfRights) {
    EXPECT_EQ(tell_log(w3c("08:00:02", "/msdeploy.axd", "401 1 1326", "user1")).failures(),
              "1:BASIC-BAD-001");
}

TEST(IisWmsvc001, CannotTellFromTheFirstLeg) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/msdeploy.axd", "401 2 5")).failures(), "1:CLIENT-NOAUTH-001");
}

// IIS-4011-ANON

TEST(Iis4011Anon, ALogonFailedAlthoughNobodyLoggedIn) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 1 1326"));
    EXPECT_EQ(told.failures(), "1:IIS-4011-ANON");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(Iis4011Anon, APageThatSays4011ToAStrangerIsLikely) {
    const Told told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .page(detailed("1", "0x8007052e", "WindowsAuthenticationModule"))
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:IIS-4011-ANON");
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
}

TEST(Iis4011Anon, ALoginThatFailedIsNone) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 2 5") + w3c("08:00:01", "/", "401 1 1326"))
                  .failures()
                  .find("ANON"),
              std::string::npos);
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 1326", "bob")).failures(), "1:BASIC-BAD-001");
}

TEST(Iis4011Anon, CannotTellWhenOtherCredentialsMayHaveBeenSent) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 2148074252")).failures(), "1:NTLM-FAIL-001");
}

// IIS-4011-LOGFULL

TEST(Iis4011Logfull, SeveralUsersAreShutOutAtOnce) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 1 1329", "a") +
                               w3c("08:00:02", "/", "401 1 1329", "b", "10.0.0.8"));
    EXPECT_THAT(told.failures(), HasSubstr("2:IIS-4011-LOGFULL"));
    EXPECT_EQ(told.findings.at(2).confidence, Confidence::Possible);
    EXPECT_THAT(told.findings.at(2).not_visible, Contains(HasSubstr("CrashOnAuditFail")));
}

TEST(Iis4011Logfull, OneUserAloneCannotTell) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 1329", "a") + w3c("08:00:02", "/", "401 1 1329", "a"))
                  .failures()
                  .find("LOGFULL"),
              std::string::npos);
}

TEST(Iis4011Logfull, WrongPasswordsOfSeveralAreNone) {
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "401 1 1326", "a") + w3c("08:00:02", "/", "401 1 1326", "b"))
                  .failures(),
              "1:BASIC-BAD-001 2:BASIC-BAD-001");
}

// PREAUTH-COLD-001

TEST(PreauthCold001, TheDocumentedRowIsPossiblyACold) {
    const Told told = tell_log(
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) sc-status "
        "sc-substatus "
        "sc-win32-status time-taken\n"
        "2012-08-22 17:41:09 2001:4898:0:fff:200:5efe:157.59.113.72 GET /App1/default.aspx - 80 "
        "2001:4898:0:fff:0:5efe:172.18.100.183 Mozilla/4.0+(compatible) 401 1 2148074254 5005\n");
    EXPECT_EQ(told.failures(), "1:PREAUTH-COLD-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().severity, Severity::Warning);
    EXPECT_THAT(told.only().because, HasSubstr("5.0 s"));
}

TEST(PreauthCold001, OnTheWireItIsATokenThatWasOverlooked) {
    auto items = story()
                     .on(1, 1)
                     .get("/")
                     .negotiate()
                     .page(detailed("1", "0x8009030e", "WindowsAuthenticationModule"))
                     .refuses()
                     .items();
    auto& timing = std::get<Exchange>(items.at(0)).timing;
    for (Instant* at : {&timing.response_head, &timing.ended}) at->steady_us += 5'000'000;
    EXPECT_EQ(tell(items).failures(), "1:PREAUTH-COLD-001");
}

TEST(PreauthCold001, ALoginThatTakesItsTimeIsHealthy) {
    const Told told = tell_log(w3c("08:00:01", "/", "401 1 2148074254", "-", "10.0.0.9", "5005") +
                               w3c("08:00:01", "/", "200 0 0", kAlice));
    EXPECT_EQ(told.failures(), "");
}

TEST(PreauthCold001, CannotTellWithoutTheTimeTaken) {
    EXPECT_EQ(tell_log("#Fields: date time cs-method cs-uri-stem sc-status sc-substatus sc-win32-status\n"
                       "2026-03-01 08:00:01 GET / 401 1 2148074254\n")
                  .failures(),
              "1:CLIENT-NOAUTH-001");
}

// RATE-401-001

TEST(Rate401001, ATimeToWaitAfterASuccessIsPossiblyALimit) {
    const Told told = tell(story()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .answers(200)
                               .get("/")
                               .basic("alice", "x")
                               .says("Retry-After: 30")
                               .offers("Basic")
                               .answers(401));
    EXPECT_EQ(told.failures(), "2:RATE-401-001");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Possible);
}

TEST(Rate401001, AWrongPasswordIsNoLimit) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .basic("alice", "x")
                       .answers(200)
                       .get("/")
                       .basic("alice", "y")
                       .offers("Basic")
                       .answers(401))
                  .failures(),
              "2:BASIC-BAD-001");
}

TEST(Rate401001, WithoutASuccessItCannotTell) {
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .basic("alice", "x")
                       .says("Retry-After: 30")
                       .offers("Basic")
                       .answers(401))
                  .failures(),
              "1:BASIC-BAD-001");
}

// TIME-HTTPERR-001

std::string httperr(const std::string& end, const std::string& method = "GET") {
    return "2026-03-01 08:00:01 10.0.0.9 50123 10.0.0.5 80 HTTP/1.1 " + method + " /a " + end + "\n";
}

TEST(TimeHttperr001, HttpSysEndedItAndSaysWhy) {
    const Told told = tell_httperr(httperr("400 - RequestLength -"));
    EXPECT_EQ(told.failures(), "1:TIME-HTTPERR-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_THAT(told.only().because, AllOf(HasSubstr("RequestLength"), HasSubstr("Kerberos ticket")));
    EXPECT_THAT(told.only().fix.at(0), HasSubstr("MaxRequestBytes"));
}

TEST(TimeHttperr001, ABusyServerIsTheServersMatter) {
    EXPECT_EQ(tell_httperr(httperr("503 1 QueueFull Pool")).only().culprit, Culprit::Server);
    EXPECT_EQ(tell_httperr(httperr("- 1 Client_Reset Pool")).only().severity, Severity::Info);
}

TEST(TimeHttperr001, IdleConnectionsAreNoFailure) {
    EXPECT_EQ(
        tell_httperr("2026-03-01 08:00:01 10.0.0.9 50123 10.0.0.5 80 - - - - - Timer_ConnectionIdle -\n")
            .failures(),
        "");
}

TEST(TimeHttperr001, AWordThatIsNotKnownCannotTellWhose) {
    const Told told = tell_httperr(httperr("503 1 SomethingNew Pool"));
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(tell_log(w3c("08:00:01", "/", "503 0 0")).failures(), "") << "IIS itself answered";
}

}  // namespace
}  // namespace why401
