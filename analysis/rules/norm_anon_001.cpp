#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const bool withheld = c.withheld_leg() && !c.now.challenges().token && !c.now.challenges().withheld;
    if (c.now.status != 401 || !(c.anonymous_refusal() || withheld) || !c.now.challenges().any())
        return NotApplicable{};
    Found found;
    found.confidence = withheld ? Confidence::Possible : Confidence::Certain;
    if (c.now.own_request) {
        found.because = "This proxy made " + name(c.now.id) +
                        " itself (fault interleave-anonymous); nobody is to answer it.";
        return found;
    }
    if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
    if (!c.answered() && !c.served_elsewhere()) return NotApplicable{};
    if (c.served_elsewhere()) {
        found.because = "The client did not answer " + name(c.now.id) + ": it got the same page in " +
                        name(c.sequel.served) + ".";
        return found;
    }
    found.because = "The client asked without credentials in " + name(c.now.id) + ", was offered " +
                    offered(c.now.challenges()) + ", and answered in " + name(c.sequel.by) + ".";
    found.evidence = {request_proof(c.now, "no credentials yet"),
                      answer_proof(c.now, "the schemes on offer")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix"};
constexpr Source kSources[] = {{"RFC 9110 11.6.1", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"}};

}  // namespace

extern constinit const Rule norm_anon_001{
    {.id = "NORM-ANON-001",
     .title = "a client first asks without credentials to learn what the server wants",
     .severity = Severity::Info,
     .explanation = "The first 401 of a login lists the schemes. IIS logs it as 401.2 with win32 code 5.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request that follows"},
    check};

}  // namespace why401
