#include <string>

#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Leaving, or being in the midst of a login already.
bool is_of_a_login(std::string_view url) {
    for (const std::string_view word : {"logout", "logoff", "signout", "sign-out", "sign_out", "LogOff",
                                        "SignOut", "Logout", "signin-", "/callback", "/saml", "/SAML"})
        if (url.find(word) != std::string_view::npos) return true;
    return looks_like_login(url);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.web.to_login || now.answered_by_us || is_of_a_login(now.url)) return NotApplicable{};
    const bool scripted = now.web.scripted || !now.web.browser;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because = "Where a 401 was to be expected, " + printable(now.url, 120) + " answered " +
                    std::to_string(now.status) + " in " + name(now.id) + " and sent the client to " +
                    printable(now.web.location, 160) + ", where a person logs in with a form.";
    if (scripted)
        found.because += " This client wanted data, not a page: it will take that form for its answer.";
    if (scripted) found.severity = Severity::Warning;
    found.evidence = {proof(now.id, now.web.location_place, "leads to a login page"),
                      request_proof(now, now.own_credentials() == nullptr
                                             ? "the request, without credentials"
                                             : "the request: its credentials were not looked at")};
    found.not_visible = {"what the page asks: only its address looks like a login"};
    found.consequence = scripted ? "A program sees 200 and HTML, and fails to read it."
                                 : "Nothing is wrong, as long as a person sits in front of it.";
    return found;
}

constexpr std::string_view kFix[] = {
    "programs: use an address or a scheme that is meant for them (a token, Basic, Negotiate)",
    "ASP.NET: let calls that want data have a 401 (OnRedirectToLogin; SuppressFormsAuthenticationRedirect)",
    "people: log in; if it does not last, FORM-LOOP-002 says why"};
constexpr Source kSources[] = {
    {"ASP.NET Core, cookie authentication",
     "https://learn.microsoft.com/en-us/aspnet/core/security/authentication/cookie"},
    {"Troubleshoot forms authentication",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/development/"
     "troubleshoot-forms-authentication"}};

}  // namespace

extern constinit const Rule form_302_001{
    {.id = "FORM-302-001",
     .title = "this site logs people in with a form, and answers with a redirect to it instead of a 401",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation = "Applications with a login form of their own turn a 401 into a redirect to that form. "
                    "Browsers and people are content; programs get HTML where they wanted data.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the answer's Location",
     .scene = "analysis/form_test.cpp Form302001"},
    check};

}  // namespace why401
