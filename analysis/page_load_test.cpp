// A browser's page load that meets a 401: one finding for all of it, and patience with people who type.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::HasSubstr;

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0";

Story page_and_parts() {
    Story tale = story().host("web01").connects(Leg::Client, 1).agent(kBrowser).on(1, 1);
    tale.get("/").asks("Sec-Fetch-Dest: document").refuses();
    for (const char* part : {"/a.css", "/b.js", "/c.png"}) tale.get(part).refuses();
    return tale;
}

TEST(ClientNoauth001, APageLoadThatIsRefusedIsToldOnce) {
    const auto told = tell(page_and_parts().closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.readings(), "CLIENT-NOAUTH-001 NORM-ANON-001 NORM-ANON-001 NORM-ANON-001");
    EXPECT_EQ(told.summary.normal_401, 3U);
}

TEST(ClientNoauth001, PartsOfAnOpenPageAreToldOnceAndMildly) {
    Story tale =
        story().host("web01").connects(Leg::Client, 1).agent(kBrowser).on(1, 1).get("/").answers(200);
    for (const char* part : {"/a.png", "/b.png"}) tale.get(part).asks("Sec-Fetch-Dest: image").refuses();
    const auto told = tell(tale.closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "2:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.only().severity, Severity::Info);
}

TEST(KrbZone001, APageLoadIsToldOnceAndAPromptMayBeOpen) {
    Story tale = story().connects(Leg::Client, 1).agent(kBrowser).on(1, 1);
    tale.get("/").asks("Sec-Fetch-Dest: document").refuses().get("/a.css").refuses().wait(31'000);
    const auto told = tell(tale.on(2, 2).get("/other").answers(200), false);
    EXPECT_EQ(told.failures(), "1:KRB-ZONE-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_THAT(told.only().because, HasSubstr("type"));
}

TEST(ClientNoauth001, NobodyLogsInForTheSitesIcon) {
    const auto told = tell(story()
                               .connects(Leg::Client, 1)
                               .agent(kBrowser)
                               .on(1, 1)
                               .get("/favicon.ico")
                               .refuses()
                               .closes(Leg::Client, 1));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.readings(), "NORM-ANON-001");
}

TEST(ClientNoauth001, AProgramThatWantsAPictureGetsItsOwnFinding) {
    Story tale = story().connects(Leg::Client, 1).on(1, 1).get("/a.png").refuses().get("/b.png").refuses();
    EXPECT_EQ(tell(tale.closes(Leg::Client, 1)).failures(), "1:CLIENT-NOAUTH-001 2:CLIENT-NOAUTH-001");
}

TEST(ClientNoauth001, SeparateLoadsAreToldSeparately) {
    Story tale =
        story().host("web01").connects(Leg::Client, 1).agent(kBrowser).on(1, 1).get("/a.png").refuses();
    tale.wait(60'000);
    EXPECT_EQ(tell(tale.get("/b.png").refuses().closes(Leg::Client, 1)).failures(),
              "1:CLIENT-NOAUTH-001 2:CLIENT-NOAUTH-001");
}

TEST(ClientNoauth001, CannotTellWhetherSomebodySitsAtThePrompt) {
    const auto told = tell(story()
                               .host("web01")
                               .agent(kBrowser)
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .wait(31'000)
                               .on(2, 2)
                               .get("/other")
                               .answers(200),
                           false);
    EXPECT_EQ(told.failures(), "1:CLIENT-NOAUTH-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_THAT(told.only().because, HasSubstr("type"));
}

TEST(ClientNoauth001, AProgramThatIsSilentForLongHasGivenUp) {
    const auto told =
        tell(story().on(1, 1).get("/").refuses().wait(31'000).on(2, 2).get("/other").answers(200), false);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().severity, Severity::Error);
}

TEST(ProxyNoauth005, ABrowserAtThePromptOfAProxyIsOnlyPossiblySilent) {
    const auto told = tell(story()
                               .proxy_auth()
                               .agent(kBrowser)
                               .on(1, 1)
                               .get("/")
                               .refuses()
                               .wait(31'000)
                               .on(2, 2)
                               .get("/other")
                               .answers(200),
                           false);
    EXPECT_EQ(told.failures(), "1:PROXY-NOAUTH-005");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
}

// --- substatus and pages

std::string hidden() {
    return "<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>";
}

TEST(Substatus, ThatThePageHidesIsToldAsHidden) {
    Story tale = story().on(1, 1).get("/").refuses().get("/").negotiate().challenges();
    const auto told = tell(tale.get("/").authenticate("CONTOSO\\alice").page(hidden()).refuses());
    EXPECT_EQ(told.exchanges.at(3).substatus->basis, SubstatusBasis::Inferred);
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("hides it")));
}

TEST(Substatus, OfEveryKindIsReadFromThePage) {
    for (const char* number : {"1", "2", "3", "4", "5", "7", "501", "502", "503", "504"}) {
        const auto told =
            tell(story()
                     .on(1, 1)
                     .get("/")
                     .page("<a href=\"?IIS70Error=401," + std::string(number) + ",0x80070005,17763\">")
                     .refuses());
        ASSERT_TRUE(told.exchanges.at(1).substatus) << number;
        EXPECT_EQ(told.exchanges.at(1).substatus->value, "401." + std::string(number));
        EXPECT_EQ(told.exchanges.at(1).substatus->basis, SubstatusBasis::Page);
        EXPECT_EQ(told.exchanges.at(1).substatus->confidence, Confidence::Certain);
    }
}

// --- RFC-NOCHAL-001 and NTLM-STRIP-001

TEST(RfcNochal001, AnApplicationBehindACdnIsNoProofOfAThief) {
    const auto told = tell(story()
                               .server("cloudflare")
                               .on(1, 1)
                               .get("/api")
                               .says("CF-RAY: 8a1b-FRA")
                               .page("{\"error\":\"unauthorized\"}")
                               .answers(401));
    EXPECT_EQ(told.failures(), "1:RFC-NOCHAL-001");
    EXPECT_EQ(told.only().culprit, Culprit::Unknown);
    EXPECT_THAT(told.only().not_visible, testing::Contains(HasSubstr("cloudflare")));
}

TEST(NtlmStrip001, APageOfIisWithoutItsChallengeWasRobbed) {
    const auto told =
        tell(story()
                 .on(1, 1)
                 .get("/")
                 .says("Via: 1.1 gw")
                 .page("<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>")
                 .answers(401));
    EXPECT_EQ(told.failures(), "1:NTLM-STRIP-001");
    EXPECT_EQ(told.only().culprit, Culprit::Intermediary);
}

TEST(NtlmStrip001, ASiteThatAskedBeforeIsExpectedToAskAgain) {
    Story tale = story().server("Kestrel").on(1, 1).ntlm_login("CONTOSO\\alice").on(2, 2).get("/");
    EXPECT_EQ(tell(tale.says("X-Cache: MISS").answers(401)).failures(), "4:NTLM-STRIP-001");
}

// --- NTLM-PIPE-001

TEST(NtlmPipe001, KestrelCallsTheRequestThatSlipsInAServerError) {
    Story tale = story().server("Kestrel").policy("pooled/lifo").on(1, 1).get("/").negotiate().challenges();
    const auto told = tell(tale.on(2, 1)
                               .get("/other")
                               .answers(500)
                               .on(1, 1)
                               .get("/")
                               .authenticate("CONTOSO\\alice")
                               .answers(500));
    EXPECT_EQ(told.failures(), "2:NTLM-PIPE-001 3:NTLM-PIPE-001");
    EXPECT_EQ(told.findings.begin()->second.culprit, Culprit::ThisProxy);
    EXPECT_EQ(told.findings.begin()->second.confidence, Confidence::Likely);
}

TEST(NtlmPipe001, AnErrorOfAnApplicationDuringALoginOfItsOwnIsNone) {
    Story tale = story().on(1, 1).get("/").negotiate().challenges();
    EXPECT_EQ(tell(tale.get("/other").answers(500), false).failures(), "");
}

TEST(NtlmPipe001, CannotTellOfAnErrorOnAnotherConnection) {
    Story tale = story().server("Kestrel").on(1, 1).get("/").negotiate().challenges();
    EXPECT_EQ(tell(tale.on(2, 2).get("/other").answers(500), false).failures(), "");
}

TEST(NtlmPool002, ASplitLoginThatKestrelAnswersWith400Or500) {
    for (const int status : {400, 500}) {
        Story tale =
            story().server("Kestrel").policy("pooled/switch").on(1, 1).get("/").negotiate().challenges();
        EXPECT_EQ(tell(tale.on(1, 2).get("/").authenticate("CONTOSO\\alice").answers(status)).failures(),
                  "2:NTLM-POOL-002");
    }
}

// --- IIS-DELEG-LOOP

std::string not_authorized() {
    return "<BODY><h2>Not Authorized</h2>\n<hr><p>HTTP Error 401. The requested resource requires user "
           "authentication.</p>";
}

Story refused_logins(int times, const std::string& page) {
    Story tale = story().on(1, 1);
    for (int i = 0; i < times; ++i)
        tale.get("/").negotiate().challenges().get("/").authenticate("CONTOSO\\alice").page(page).refuses();
    return tale;
}

TEST(IisDelegLoop, ThreePromptsAndThePlainPageOfHttpSys) {
    const auto told = tell(refused_logins(3, not_authorized()));
    const Finding& last = told.findings.rbegin()->second;
    EXPECT_EQ(last.rule, "IIS-DELEG-LOOP");
    EXPECT_EQ(last.exchange, ExchangeId(6));
    EXPECT_EQ(last.confidence, Confidence::Certain);
    EXPECT_EQ(last.culprit, Culprit::Unknown);
}

TEST(IisDelegLoop, TwoRefusalsOrAPageOfIisAreNoSuchLoop) {
    for (const auto& [id, finding] : tell(refused_logins(2, not_authorized())).findings)
        EXPECT_NE(finding.rule, "IIS-DELEG-LOOP");
    EXPECT_EQ(tell(refused_logins(3, hidden())).findings.rbegin()->second.rule, "NTLM-LOOP-003");
}

TEST(IisDelegLoop, CannotTellFromACompressedPage) {
    Story tale = refused_logins(2, not_authorized()).get("/").negotiate().challenges().get("/");
    tale.authenticate("CONTOSO\\alice").says("Content-Encoding: gzip").page("\x1f\x8b").refuses();
    EXPECT_EQ(tell(tale).findings.rbegin()->second.rule, "NTLM-LOOP-003");
}

}  // namespace
}  // namespace why401
