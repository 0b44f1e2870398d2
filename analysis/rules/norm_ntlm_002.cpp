#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (log_leg(c.now) == LogLeg::Challenge) return normal_leg_in_log(c, LogLeg::Challenge);
    // Only a NEGOTIATE is answered by a CHALLENGE, whether this record shows it or not.
    const bool withheld = c.withheld_leg() && (c.now.challenges().ntlm || c.now.challenges().withheld);
    const bool shown = c.now.challenges().ntlm && c.now.step() == Step::Negotiate;
    if (!c.now.refused() || (!shown && !withheld)) return NotApplicable{};
    if (c.now.space == Space::Proxy) return NotApplicable{};
    if (c.now.own_request) {
        Found asked;
        asked.confidence = Confidence::Certain;
        asked.because = "why401 asked for a CHALLENGE in " + name(c.now.id) + ", to look at it.";
        return asked;
    }
    if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
    if (!c.answered() && !c.served_elsewhere()) return NotApplicable{};
    Found found;
    found.confidence = withheld ? Confidence::Likely : Confidence::Certain;
    if (withheld) {
        found.because = "The server sent its CHALLENGE in " + name(c.now.id) +
                        ", and the client got the page in " +
                        name(c.answered() ? c.sequel.by : c.sequel.served) + ".";
        return found;
    }
    if (c.served_elsewhere()) {
        found.because = "The client did not go on with the login of " + name(c.now.id) +
                        ": it got the same page in " + name(c.sequel.served) + " on another connection.";
        return found;
    }
    found.because = "The server answered the NEGOTIATE of " + name(c.now.id) +
                    " with its CHALLENGE, and the client replied in " + name(c.sequel.by) + ".";
    found.evidence = {request_proof(c.now, "NEGOTIATE"), answer_proof(c.now, "CHALLENGE")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix"};
constexpr Source kSources[] = {
    {"MS-NLMP 1.3.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule norm_ntlm_002{
    {.id = "NORM-NTLM-002",
     .title = "the server's CHALLENGE travels in a 401: half of every NTLM login",
     .severity = Severity::Info,
     .explanation = "IIS logs this leg as 401.1 with 2148074254, which looks like a failure and is none.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request that follows",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/: its second 401"},
    check};

}  // namespace why401
