// Logins that the server's own code explains: the account, the domain controller, a policy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using test::Told;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAlice = "CONTOSO\\alice";

std::string page_with(const std::string& code, const std::string& substatus = "1") {
    return "<a href=\"http://go.microsoft.com/fwlink/?LinkID=62293&amp;IIS70Error=401," + substatus + "," +
           code + ",17763\">x</a>";
}

/// A whole login on connections of its own, up to its AUTHENTICATE.
Story& login(Story& told, std::uint64_t connection, const std::string& user = kAlice) {
    told.on(connection, connection).get("/").refuses();
    told.get("/").negotiate().challenges();
    return told.get("/").authenticate(user);
}

Told refused_with(const std::string& code) {
    Story told = story();
    login(told, 1).page(page_with(code)).refuses();
    return tell(told);
}

Told refused_in_log(std::uint32_t code) {
    Story told = story();
    login(told, 1).logged(1, code).refuses();
    return tell(told);
}

// --- ACCT-LOCK-001

TEST(AcctLock001, TheServerSaysThatTheAccountIsLocked) {
    const auto told = refused_with("0x80070775");
    EXPECT_EQ(told.failures(), "3:ACCT-LOCK-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Client);
    EXPECT_EQ(told.only().severity, Severity::Error);
    EXPECT_THAT(told.only().because, HasSubstr("ERROR_ACCOUNT_LOCKED_OUT"));
    EXPECT_EQ(told.readings(), "NORM-ANON-001 NORM-NTLM-002 ACCT-LOCK-001");
}

TEST(AcctLock001, AllSpellingsAndALogLineSayTheSame) {
    for (const std::uint32_t code : {1909U, 0x80070775U, 0xC0000234U}) {
        const auto told = refused_in_log(code);
        EXPECT_EQ(told.failures(), "3:ACCT-LOCK-001") << code;
        EXPECT_EQ(told.only().evidence.back().at, "log.line");
    }
}

TEST(AcctLock001, FiveRefusalsOverManyConnectionsAreARiskBesideTheLoop) {
    Story told = story();
    for (std::uint64_t i = 1; i <= 5; ++i) login(told, i).refuses();
    const auto heard = tell(told);
    EXPECT_EQ(heard.exchanges.at(15).finding, "NTLM-LOOP-003");
    std::size_t risks = 0;
    for (const auto& [id, finding] : heard.findings) {
        if (finding.rule != "ACCT-LOCK-001") continue;
        ++risks;
        EXPECT_EQ(finding.kind, FindingKind::Posture);
        EXPECT_EQ(finding.severity, Severity::Warning);
        EXPECT_EQ(number(finding.exchange), 15U);
        EXPECT_THAT(finding.because, HasSubstr("5 times"));
    }
    EXPECT_EQ(risks, 1U);
}

TEST(AcctLock001, FourRefusalsOrDifferentUsersAreNoRisk) {
    Story four = story();
    for (std::uint64_t i = 1; i <= 4; ++i) login(four, i).refuses();
    for (const auto& [id, finding] : tell(four).findings) EXPECT_NE(finding.rule, "ACCT-LOCK-001");
    Story many = story();
    for (std::uint64_t i = 1; i <= 6; ++i) login(many, i, "CONTOSO\\user" + std::to_string(i)).refuses();
    for (const auto& [id, finding] : tell(many).findings) EXPECT_NE(finding.rule, "ACCT-LOCK-001");
}

TEST(AcctLock001, CannotTellWithoutACode) {
    Story told = story();
    login(told, 1).refuses();
    EXPECT_EQ(tell(told).failures(), "3:NTLM-FAIL-001");
}

// --- ACCT-STATE-001

TEST(AcctState001, NamesWhatTheServerSaysAboutTheAccount) {
    for (const auto& [code, word] :
         std::vector<std::pair<std::uint32_t, const char*>>{{1327, "restriction"},
                                                            {1328, "hour"},
                                                            {1329, "computer"},
                                                            {1330, "expired"},
                                                            {1331, "disabled"},
                                                            {1385, "right"},
                                                            {1793, "expired"},
                                                            {1907, "changed"},
                                                            {1935, "selective"},
                                                            {0xC0000071, "expired"},
                                                            {0xC0000072, "disabled"}}) {
        const auto told = refused_in_log(code);
        EXPECT_EQ(told.failures(), "3:ACCT-STATE-001") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
        EXPECT_THAT(told.only().because, HasSubstr(word));
    }
}

TEST(AcctState001, AMissingRightIsTheServersMatter) {
    EXPECT_EQ(refused_with("0x80070569").only().culprit, Culprit::Server);
    EXPECT_EQ(refused_with("0x80070533").only().culprit, Culprit::Client);
}

TEST(AcctState001, IsSaidOfBasicAsWell) {
    const auto told = tell(story()
                               .https()
                               .on(1, 1)
                               .get("/")
                               .basic("alice", "x")
                               .offers("Basic realm=\"a\"")
                               .logged(1, 1331)
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:ACCT-STATE-001");
}

TEST(AcctState001, ACodeBesideARequestWithoutCredentialsIsOfAnotherAccount) {
    const auto told = tell(story().on(1, 1).get("/").page(page_with("0x80070533")).refuses());
    EXPECT_EQ(told.failures().find("ACCT"), std::string::npos) << told.failures();
}

TEST(AcctState001, AWrongPasswordOrAClosedFileIsNone) {
    EXPECT_EQ(refused_with("0x8007052E").failures(), "3:NTLM-FAIL-001");
    Story told = story();
    login(told, 1).page(page_with("0x80070005", "3")).refuses();
    EXPECT_EQ(tell(told).failures(), "3:IIS-4013-ACL");
}

TEST(AcctState001, CannotTellFromACodeThatNobodyKnows) {
    EXPECT_EQ(refused_in_log(424242).failures(), "3:NTLM-FAIL-001");
}

// --- DC-REACH-001

TEST(DcReach001, TheServerSaysThatItFindsNoController) {
    for (const std::uint32_t code :
         {1311U, 1355U, 1786U, 1787U, 1789U, 1908U, 0x80090311U, 0x80090350U, 0xC000005EU, 0xC000018DU}) {
        const auto told = refused_in_log(code);
        EXPECT_EQ(told.failures(), "3:DC-REACH-001") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Certain);
        EXPECT_EQ(told.only().culprit, Culprit::Server);
    }
}

TEST(DcReach001, UsersWhoGotInBeforeAndAllFailAtOnceAreASign) {
    Story told = story();
    for (std::uint64_t i = 1; i <= 3; ++i) login(told, i, "CONTOSO\\user" + std::to_string(i)).answers(200);
    for (std::uint64_t i = 1; i <= 3; ++i) login(told, i + 3, "CONTOSO\\user" + std::to_string(i)).refuses();
    const auto heard = tell(told);
    EXPECT_EQ(heard.exchanges.at(18).finding, "DC-REACH-001");
    EXPECT_EQ(heard.exchanges.at(12).finding, "NTLM-FAIL-001");
    for (const auto& [id, finding] : heard.findings) {
        if (finding.rule != "DC-REACH-001") continue;
        EXPECT_EQ(finding.confidence, Confidence::Possible);
    }
}

TEST(DcReach001, OneUserAloneOrStrangersAreNone) {
    Story one = story();
    login(one, 1).answers(200);
    for (std::uint64_t i = 2; i <= 4; ++i) login(one, i).refuses();
    EXPECT_EQ(tell(one).failures().find("DC-REACH"), std::string::npos);
    Story strangers = story();
    for (std::uint64_t i = 1; i <= 4; ++i) login(strangers, i, "CONTOSO\\user" + std::to_string(i)).refuses();
    EXPECT_EQ(tell(strangers).failures().find("DC-REACH"), std::string::npos);
}

TEST(DcReach001, CannotTellWhenSomebodyMixesConnections) {
    Story told = story().server("nginx/1.25");
    for (std::uint64_t i = 1; i <= 3; ++i) login(told, i, "CONTOSO\\user" + std::to_string(i)).answers(200);
    for (std::uint64_t i = 1; i <= 3; ++i) login(told, i + 3, "CONTOSO\\user" + std::to_string(i)).refuses();
    EXPECT_EQ(tell(told).failures().find("DC-REACH"), std::string::npos);
}

// --- NTLM-BLOCK-001

TEST(NtlmBlock001, TheServerSaysThatNtlmIsBlocked) {
    const auto told = refused_in_log(0xC0000418);
    EXPECT_EQ(told.failures(), "3:NTLM-BLOCK-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().culprit, Culprit::Server);
}

TEST(NtlmBlock001, APolicyWithoutANameIsOnlyLikely) {
    EXPECT_EQ(refused_in_log(1260).only().rule, "NTLM-BLOCK-001");
    EXPECT_EQ(refused_in_log(1260).only().confidence, Confidence::Likely);
}

TEST(NtlmBlock001, ALoginThatWorkedOrAPolicyForBasicIsNone) {
    const auto basic = tell(story()
                                .https()
                                .on(1, 1)
                                .get("/")
                                .basic("alice", "x")
                                .offers("Basic realm=\"a\"")
                                .logged(1, 1260)
                                .answers(401));
    EXPECT_EQ(basic.failures(), "1:BASIC-BAD-001");
    Story fine = story();
    login(fine, 1).logged(0, 0).answers(200);
    EXPECT_EQ(tell(fine).failures(), "");
}

TEST(NtlmBlock001, CannotTellWithoutTheServersCode) {
    Story told = story();
    login(told, 1).page("<h1>Unauthorized</h1>").refuses();
    EXPECT_EQ(tell(told).failures(), "3:NTLM-FAIL-001");
}

// --- NTLM-FAIL-001 by code

TEST(NtlmFail001, AnySpellingOfAFailedLoginIsEnough) {
    for (const std::uint32_t code : {0x8009030CU, 1326U, 0xC000006DU, 0xC000006AU, 0xC0000064U, 1317U}) {
        const auto told = refused_in_log(code);
        EXPECT_EQ(told.failures(), "3:NTLM-FAIL-001") << code;
        EXPECT_EQ(told.only().confidence, Confidence::Likely);
        EXPECT_EQ(told.only().culprit, Culprit::Client);
    }
}

TEST(NtlmFail001, BesideAPageThatSaysSoItIsNotTheRightToThePage) {
    Story told = story();
    login(told, 1).answers(200);
    login(told, 2).page(page_with("0x8009030C")).refuses();
    EXPECT_THAT(tell(told).only().because, testing::Not(HasSubstr("no right to this page")));
    Story unsaid = story();
    login(unsaid, 1).answers(200);
    login(unsaid, 2).refuses();
    EXPECT_THAT(tell(unsaid).only().because, HasSubstr("no right to this page"));
}

TEST(NtlmFail001, AMessageThatTheServerCannotUseIsNoWrongPassword) {
    const auto told = refused_in_log(0x80090301);
    EXPECT_EQ(told.failures(), "3:NTLM-POOL-002");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
}

TEST(NtlmFail001, WithoutADomainTheFixNamesIt) {
    Story told = story();
    login(told, 1, "alice").refuses();
    EXPECT_THAT(tell(told).only().fix, Contains(HasSubstr("domain as well")));
}

}  // namespace
}  // namespace why401
