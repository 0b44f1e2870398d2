#include "analysis/log_findings.h"
#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 401 || !c.says_substatus("401.4")) return NotApplicable{};
    if (c.may_still_log_in() || got_it_after_all(c)) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because = "A filter installed on the server refused " + name(c.now.id) + " (401.4)" +
                    (c.now.user().empty() ? std::string() : ", asked by " + std::string(c.now.user())) +
                    "; IIS itself did not.";
    if (c.now.response_seen) found.evidence = {proof(c.now.id, c.now.status_line, "the refusal")};
    if (const auto says = substatus_proof(c.now, c.substatus)) found.evidence.push_back(*says);
    found.ruled_out = {"the file's ACL (that would be 401.3)", "the password (that would be 401.1)"};
    found.not_visible = {
        "which filter it was, and its reason: only the server's filter list and traces tell"};
    found.consequence = "What helps depends on that filter, not on IIS.";
    return found;
}

constexpr std::string_view kFix[] = {
    "list the ISAPI filters of site and server, and ask the one that authenticates (SiteMinder, SecurID and "
    "the like)",
    "Failed Request Tracing names it in its FILTER events"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.4", ""}};

}  // namespace

extern constinit const Rule iis_4014_filter{
    {.id = "IIS-4014-FILTER",
     .title = "an ISAPI filter on the server refused the request",
     .severity = Severity::Error,
     .explanation =
         "401.4 is the word of a filter, often a third party's login product. Its reasons are its own.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from the page or a log",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/filter/?detailed=1"},
    check};

}  // namespace why401
