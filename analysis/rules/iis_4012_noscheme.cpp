#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 401 || !c.now.response_seen || c.now.challenges().any()) return NotApplicable{};
    if (!c.says_substatus("401.2")) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because = "IIS answered " + name(c.now.id) +
                    " with 401.2 and offered no scheme at all: on this path every kind of "
                    "authentication is off, or URL authorization refuses everybody.";
    found.evidence = {proof(c.now.id, c.now.status_line, "no WWW-Authenticate in this answer")};
    if (const auto says = substatus_proof(c.now, c.substatus)) found.evidence.push_back(*says);
    found.ruled_out = {"the client: it was offered nothing to answer"};
    found.not_visible = {"which of the two it is: the server's configuration says"};
    found.consequence = "Nobody can open this page.";
    return found;
}

constexpr std::string_view kFix[] = {
    "enable an authentication method for the path in IIS Manager",
    "look at the URL Authorization rules (system.webServer/security/authorization)"};
constexpr Source kSources[] = {{"KB 253667", ""},
                               {"HTTP status codes in IIS",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
                                "health-diagnostic-performance/http-status-code"}};

}  // namespace

extern constinit const Rule iis_4012_noscheme{
    {.id = "IIS-4012-NOSCHEME",
     .title = "IIS refuses everybody here: it offers no way to log in",
     .severity = Severity::Error,
     .explanation = "401.2 without any challenge: all authentication methods, anonymous included, are off, "
                    "or a URL authorization rule denies.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from the page or a log, and the response's fields",
     .scene = "analysis/refusal_page_test.cpp Iis4012Noscheme"},
    check};

}  // namespace why401
