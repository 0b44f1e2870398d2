#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Made by an application: IIS's own pages have their own reasons (a folder that may not be listed, 403.14).
bool made_by_application(const Page& page) {
    return page.substatus.empty() && (page.kind == PageKind::Empty || page.kind == PageKind::AspNet ||
                                      page.kind == PageKind::WebApi || page.kind == PageKind::Other);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 403 || now.answered_by_us || now.server != ServerKind::Iis) return NotApplicable{};
    const bool stranger = now.step() == Step::None && now.web.cookies.empty() && !c.standing.server;
    if (!stranger || !c.around.offers_windows) return NotApplicable{};
    if (now.page.kind == PageKind::IisShort || now.page.kind == PageKind::Compressed)
        return CannotTell{"the number behind this 403: the page hides it"};
    if (!made_by_application(now.page)) return NotApplicable{};
    Found found;
    found.culprit = Culprit::Server;
    found.because =
        "This site knows Windows logins (" + name(*c.around.offers_windows) + "), yet " +
        printable(now.url, 140) + " refused a stranger with 403 in " + name(now.id) +
        " without asking who it is; where strangers are let in, IIS asks nobody, and the application "
        "sees only a stranger.";
    found.evidence = {
        {*c.around.offers_windows, "response.status", std::nullopt, "this site can ask for a login"},
        proof(now.id, now.status_line, "here it does not")};
    found.not_visible = {"the authentication settings of this path",
                         "whether the application refuses everybody here"};
    found.consequence = "People are never asked for a login, and appear as nobody to the application.";
    return found;
}

constexpr std::string_view kFix[] = {
    "switch Anonymous authentication off where the application needs to know its users",
    "or let the application answer 401 to strangers: IIS then adds its challenges"};
constexpr Source kSources[] = {
    {"IIS, authentication",
     "https://learn.microsoft.com/en-us/iis/configuration/system.webserver/security/authentication/"}};

}  // namespace

extern constinit const Rule iis_authtwice_001{
    {.id = "IIS-AUTHTWICE-001",
     .title = "strangers are let in beside Windows authentication, so nobody is asked for a login",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation = "With Anonymous and Windows authentication both on, IIS takes every first request for a "
                    "stranger's and never asks.",
     .fix = kFix,
     .sources = kSources,
     .needs = "an earlier challenge of the same site, and a page of the application",
     .scene = "analysis/forbidden_test.cpp IisAuthtwice001"},
    check};

}  // namespace why401
