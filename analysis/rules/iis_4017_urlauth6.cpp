#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 401 || !c.says_substatus("401.7")) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because = "A URL authorization policy on the server refuses " + printable(c.now.url, 120) + " to " +
                    (c.now.user().empty() ? std::string("this client") : printable(c.now.user(), 120)) +
                    " (" + name(c.now.id) + ", 401.7).";
    if (const auto says = substatus_proof(c.now, c.substatus)) found.evidence.push_back(*says);
    found.ruled_out = {"the password (that would be 401.1)",
                       "the file's access control list (that would be 401.3)"};
    found.not_visible = {"which rule of the policy it was: Authorization Manager shows them"};
    found.consequence = "No password can help.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at the policy store in Authorization Manager (azman.msc) that the site's URL authorization names"};
constexpr Source kSources[] = {
    {"IIS 6.0 Technical Reference, HTTP substatus codes (cc780140)",
     "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2003/cc780140(v=ws.10)"}};

}  // namespace

extern constinit const Rule iis_4017_urlauth6{
    {.id = "IIS-4017-URLAUTH6",
     .title = "a URL authorization policy of IIS 6 denies this page",
     .severity = Severity::Error,
     .explanation =
         "IIS 6 can ask Authorization Manager who may open a URL, and answers 401.7 when it says no.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from a page or a log",
     .scene = "tests/logs/rules_test.cpp Iis4017Urlauth6"},
    check};

}  // namespace why401
