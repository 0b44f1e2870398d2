#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool is_url_authorization(std::string_view module) {
    // The native module, and the managed one of ASP.NET.
    return module == "UrlAuthorizationModule" || module == "UrlAuthorization";
}

bool shows_credentials(const ExchangeFacts& now) {
    return now.step() == Step::Authenticate || now.step() == Step::Single || now.step() == Step::ApReq;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm) return NotApplicable{};
    const bool trace = now.log && is_url_authorization(now.log->module);
    const bool module = trace || is_url_authorization(now.page.module);
    const bool known = !now.user().empty() || shows_credentials(now);
    const bool row = now.log && now.log->source == LogLine::Source::IisW3c && c.says_substatus("401.2") &&
                     !now.log->user.empty();
    const bool page =
        now.page.kind == PageKind::AspNet && c.says_substatus("401.2") && shows_credentials(now);
    if (!module && !row && !page) return NotApplicable{};
    // A rule that sends strangers to log in is how a site asks for a login.
    if (!known && (!trace || c.may_still_log_in())) return NotApplicable{};
    Found found;
    found.confidence = !module ? Confidence::Possible : known ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because =
        (now.user().empty() ? std::string(known ? "The user" : "A user without a login")
                            : printable(now.user(), 120)) +
        " may not open " + printable(now.url, 120) + " (" + name(now.id) + "): " +
        (module ? "the server's URL authorization module refused it."
                : "the server knew who asked and answered 401.2, as its URL authorization rules do.");
    if (trace) found.evidence.push_back(log_proof(now, now.log->module, "the module that refused"));
    if (const auto says = substatus_proof(now, c.substatus)) found.evidence.push_back(*says);
    if (now.request_seen) found.evidence.push_back(request_proof(now, "the request"));
    found.ruled_out = {"the password: these rules are asked after the login",
                       "the file's access control list (that would be 401.3)"};
    if (!module)
        found.not_visible = {
            "the module: a failed request trace (FREB) names it, UrlAuthorizationModule if this is it"};
    found.consequence = "Browsers ask for a password that was never wrong, again and again.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at the rules for this path: system.webServer/security/authorization, and system.web/authorization "
    "of ASP.NET",
    "allow this user or a role of theirs; the first rule that fits decides"};
constexpr Source kSources[] = {{"Authorization, IIS",
                                "https://learn.microsoft.com/iis/configuration/system.webserver/security/"
                                "authorization/"}};

}  // namespace

extern constinit const Rule iis_4012_urlauthz{
    {.id = "IIS-4012-URLAUTHZ",
     .title = "the server's URL authorization rules deny this user",
     .severity = Severity::Error,
     .explanation =
         "The login was fine. A rule of the site's configuration says who may open which path, and IIS "
         "answers 401.2, not 403, when it says no.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the module from a trace or a page; or a log row of 401.2 with a user's name",
     .scene = "tests/logs/rules_test.cpp Iis4012Urlauthz"},
    check};

}  // namespace why401
