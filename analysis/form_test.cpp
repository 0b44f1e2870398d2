// Logins by form and cookie: the redirect that stands for a 401, the cookie that does not come back, the
// cookies that become too many.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/told.h"

namespace why401 {
namespace {

using test::story;
using test::Story;
using test::tell;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kBrowser = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0";

Story to_login(Story tale, const std::string& cookies = "") {
    tale.get("/app");
    if (!cookies.empty()) tale.asks("Cookie: " + cookies);
    return tale.says("Location: /Account/Login?ReturnUrl=%2Fapp").answers(302);
}

/// A person is sent to the form, fills it in, and is sent back with `cookie`.
Story form_sent(Story tale, const std::string& cookie) {
    tale = to_login(tale.agent(kBrowser));
    tale = to_login(tale);
    tale.get("/Account/Login?ReturnUrl=%2Fapp").answers(200);
    return tale.method("POST", "/Account/Login?ReturnUrl=%2Fapp")
        .says("Location: /app")
        .says("Set-Cookie: " + cookie)
        .answers(302);
}

TEST(Form302001, ARedirectToALoginFormStandsForA401) {
    const auto told = tell(to_login(story().agent(kBrowser).on(1, 1)));
    EXPECT_EQ(told.failures(), "");
    EXPECT_EQ(told.only().rule, "FORM-302-001");
    EXPECT_EQ(told.only().kind, FindingKind::Posture);
    EXPECT_EQ(told.only().severity, Severity::Info);
    EXPECT_EQ(told.only().confidence, Confidence::Likely);
    EXPECT_EQ(told.only().evidence.at(0).at, "response.header[1]");
}

TEST(Form302001, AProgramThatWantedDataIsWarned) {
    const auto told = tell(story()
                               .agent(kBrowser)
                               .on(1, 1)
                               .get("/api/orders")
                               .asks("X-Requested-With: XMLHttpRequest")
                               .says("Location: http://web01.test/login?next=/api/orders")
                               .answers(303));
    EXPECT_EQ(told.only().rule, "FORM-302-001");
    EXPECT_EQ(told.only().severity, Severity::Warning);
    EXPECT_THAT(told.only().because, HasSubstr("wanted data"));
}

TEST(Form302001, IsToldOncePerSite) {
    EXPECT_EQ(tell(to_login(to_login(story().agent(kBrowser).on(1, 1)))).findings.size(), 1U);
}

TEST(Form302001, ARedirectToAnotherPageIsNoLogin) {
    for (const char* location : {"/home", "/app/", "http://web01.test/search?q=login", "/blog/logging"})
        EXPECT_TRUE(tell(story().on(1, 1).get("/app").says("Location: " + std::string(location)).answers(302))
                        .findings.empty())
            << location;
}

TEST(Form302001, WhoLogsOutIsSentToTheLoginPageToo) {
    EXPECT_TRUE(
        tell(story().on(1, 1).get("/account/logout").says("Location: /login").answers(302)).findings.empty());
}

TEST(Form302001, CannotTellFromAPageThatIsSimplyServed) {
    EXPECT_TRUE(
        tell(story().on(1, 1).get("/login").page("<form>password</form>").answers(200)).findings.empty());
}

TEST(FormLoop002, ASecureCookieDoesNotComeBackOverHttp) {
    const auto told = tell(to_login(form_sent(story().on(1, 1), ".ASPXAUTH=8F2A; path=/; secure; HttpOnly")));
    EXPECT_EQ(told.failures(), "5:FORM-LOOP-002");
    const Finding& found = told.findings.rbegin()->second;
    EXPECT_EQ(found.confidence, Confidence::Certain);
    EXPECT_EQ(found.culprit, Culprit::Server);
    EXPECT_THAT(found.because, HasSubstr("Secure"));
    EXPECT_EQ(found.evidence.at(0).exchange, ExchangeId(4));
    EXPECT_THAT(found.because, testing::Not(HasSubstr("8F2A"))) << "values of cookies are secrets";
}

TEST(FormLoop002, ACookieOfAnotherDomainOrPathDoesNotComeBack) {
    for (const char* cookie : {"auth=1; domain=web02.test; path=/", "auth=1; path=/other"}) {
        const auto told = tell(to_login(form_sent(story().on(1, 1), cookie)));
        EXPECT_EQ(told.failures(), "5:FORM-LOOP-002") << cookie;
        EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Certain) << cookie;
    }
}

TEST(FormLoop002, ACookieThatStaysAwayForNoReasonToSeeIsOnlyLikely) {
    const auto told = tell(to_login(form_sent(story().on(1, 1), "auth=1; path=/")));
    EXPECT_EQ(told.failures(), "5:FORM-LOOP-002");
    EXPECT_EQ(told.findings.rbegin()->second.confidence, Confidence::Likely);
    EXPECT_EQ(told.findings.rbegin()->second.culprit, Culprit::Unknown);
}

TEST(FormLoop002, ACookieThatCameBackAndWasNotUnderstoodIsOnlyPossible) {
    const auto told = tell(to_login(form_sent(story().on(1, 1), "auth=1; path=/"), "auth=1"));
    EXPECT_EQ(told.failures(), "5:FORM-LOOP-002");
    const Finding& found = told.findings.rbegin()->second;
    EXPECT_EQ(found.confidence, Confidence::Possible);
    EXPECT_THAT(found.not_visible, Contains(HasSubstr("may open the page")));
}

TEST(FormLoop002, AFormLoginThatWorksIsHealthy) {
    Story tale = form_sent(story().on(1, 1), "auth=1; path=/");
    EXPECT_EQ(tell(tale.get("/app").asks("Cookie: auth=1").answers(200)).failures(), "");
}

TEST(FormLoop002, AWrongPasswordShowsTheFormAgain) {
    Story tale = to_login(story().agent(kBrowser).on(1, 1));
    tale.method("POST", "/Account/Login").says("Location: /Account/Login?error=1").says("Set-Cookie: try=1");
    EXPECT_EQ(tell(to_login(tale.answers(302))).failures(), "");
}

TEST(FormLoop002, AFormThatTookItsCookieBackIsNoLogin) {
    Story tale = to_login(story().agent(kBrowser).on(1, 1));
    tale.method("POST", "/logoff")
        .says("Location: /app")
        .says("Set-Cookie: auth=; expires=Tue, 12-Oct-1999 00:00:00 GMT");
    EXPECT_EQ(tell(to_login(tale.answers(302))).failures(), "");
}

TEST(FormLoop002, CannotTellMuchLater) {
    EXPECT_EQ(tell(to_login(form_sent(story().on(1, 1), "auth=1").wait(20'000))).failures(), "");
}

// --- COOKIE-BIG-001

std::string cookies(int count, std::size_t size) {
    std::string line = "Cookie: session=1";
    for (int i = 0; i < count; ++i)
        line += "; .AspNetCore.OpenIdConnect.Nonce.CfDJ8" + std::to_string(i) + "=" + std::string(size, 'N');
    return line;
}

TEST(CookieBig001, CookiesOfUnfinishedLoginsMakeTheRequestTooLong) {
    const auto told = tell(story()
                               .server("Microsoft-HTTPAPI/2.0")
                               .on(1, 1)
                               .get("/")
                               .asks(cookies(40, 400))
                               .page("<BODY><h2>Bad Request - Request Too Long</h2>")
                               .answers(400));
    EXPECT_EQ(told.failures(), "1:COOKIE-BIG-001");
    EXPECT_EQ(told.only().confidence, Confidence::Certain);
    EXPECT_EQ(told.only().evidence.at(0).at, "request.header[2]");
    EXPECT_THAT(told.only().because, HasSubstr("40 of them"));
}

TEST(CookieBig001, TheStatus431AndThePagesOfOthersSayItToo) {
    const auto asks = [] { return story().server("nginx").on(1, 1).get("/").asks(cookies(20, 400)); };
    EXPECT_EQ(tell(asks().answers(431)).failures(), "1:COOKIE-BIG-001");
    EXPECT_EQ(tell(asks()
                       .page("<title>400 Request Header Or Cookie Too Large</title><center>nginx</center>")
                       .answers(400))
                  .failures(),
              "1:COOKIE-BIG-001");
    EXPECT_EQ(tell(asks().page("<a href=\"?IIS70Error=404,10,0x00000000,17763\">").answers(404)).failures(),
              "1:COOKIE-BIG-001");
}

TEST(CookieBig001, ALargeTicketIsSomethingElse) {
    const std::string token(9'000, 'A');
    EXPECT_EQ(tell(story()
                       .on(1, 1)
                       .get("/")
                       .asks(cookies(2, 2'200))
                       .asks("Authorization: Bearer " + token)
                       .answers(431))
                  .failures(),
              "");
}

TEST(CookieBig001, ABadRequestWithModestCookiesIsAnApplicationsOwn) {
    EXPECT_EQ(tell(story().on(1, 1).get("/").asks(cookies(12, 400)).page("{\"error\":\"x\"}").answers(400))
                  .failures(),
              "");
    EXPECT_EQ(
        tell(story().on(1, 1).get("/").asks(cookies(40, 400)).page("<p>gone</p>").answers(404)).failures(),
        "");
}

TEST(CookieBig001, CannotTellWhyAnAnswerWithoutAWordCame) {
    const auto told = tell(story().on(1, 1).get("/").asks(cookies(50, 400)).answers(400));
    EXPECT_EQ(told.failures(), "1:COOKIE-BIG-001");
    EXPECT_EQ(told.only().confidence, Confidence::Possible);
    EXPECT_THAT(told.only().not_visible, Contains(HasSubstr("reason")));
}

}  // namespace
}  // namespace why401
