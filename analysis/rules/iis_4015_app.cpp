#include "analysis/log_findings.h"
#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// A static file that an application refuses means that a handler stands in front of it.
bool looks_static(std::string_view url) {
    url = url.substr(0, url.find('?'));
    for (const std::string_view end : {".html", ".htm", ".css", ".js", ".png", ".jpg", ".gif", ".txt"})
        if (url.ends_with(end)) return true;
    return false;
}

Verdict check(const Case& c) {
    if (c.now.status != 401 || c.now.answered_by_us) return NotApplicable{};
    const bool page = c.says_substatus("401.5");
    // IIS's own modules give every 401 a substatus: a row without one was not theirs.
    const bool bare = c.now.from_log_alone() && c.says_substatus("401.0") && log_code(c.now) == 0;
    const bool app = bare || (c.now.page.kind == PageKind::WebApi && !c.now.challenges().connection_based);
    if (!page && !app) return NotApplicable{};
    if (c.may_still_log_in() || got_it_after_all(c)) return NotApplicable{};
    Found found;
    found.confidence = page ? Confidence::Certain : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = "An application on the server, not IIS, refused " + name(c.now.id) +
                    (page   ? " (401.5)"
                     : bare ? " (401.0 in the log)"
                            : " with an answer of its own") +
                    (c.now.user().empty() ? std::string() : ", asked by " + std::string(c.now.user())) + ".";
    if (looks_static(c.now.url))
        found.because +=
            " Its name looks like a plain file: a wildcard mapping or handler must stand in front of it.";
    if (c.now.response_seen) found.evidence = {proof(c.now.id, c.now.status_line, "the refusal")};
    if (const auto says = substatus_proof(c.now, c.substatus); says && (page || bare))
        found.evidence.push_back(*says);
    else if (c.now.page.bytes)
        found.evidence.push_back(
            {c.now.id, "response.body", c.now.page.bytes, "the application's own words"});
    if (bare) found.not_visible = {"what it offered: whether a login would have helped"};
    found.ruled_out = {"the file's ACL (that would be 401.3)"};
    found.not_visible.push_back("which handler it was, and its reason: a failed request trace names it");
    found.consequence = "What helps depends on that application.";
    return found;
}

constexpr std::string_view kFix[] = {
    "find the handler of this path (IIS Manager, or Failed Request Tracing) and look at its own "
    "authentication settings",
    "for a static file: look for a wildcard application mapping"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.5", ""}};

}  // namespace

extern constinit const Rule iis_4015_app{
    {.id = "IIS-4015-APP",
     .title = "an application on the server refused the request, not IIS",
     .severity = Severity::Error,
     .explanation = "401.5 is sent by ISAPI or CGI code. It may mean anything that code wants it to mean.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from the page or a log, or an application's own answer",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/app/?detailed=1"},
    check};

}  // namespace why401
