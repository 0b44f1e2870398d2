#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What a browser fetches beside the page, and leaves when it is refused: its icon, and the parts of a page
/// of which one has been told.
std::string left_beside_the_page(const Case& c) {
    const WebFacts& web = c.now.web;
    if (!c.gave_up() || !web.browser || !web.part_of_page) return {};
    if (web.icon)
        return "The browser fetched the site's icon by itself in " + name(c.now.id) +
               "; it never asks a person to log in for that.";
    if (!c.around.told) return {};
    return "Part of a page, refused in " + name(c.now.id) +
           " as another of the same load was: " + name(*c.around.told) + " is told for all of them.";
}

Verdict check(const Case& c) {
    if (log_leg(c.now) == LogLeg::Anonymous) return normal_leg_in_log(c, LogLeg::Anonymous);
    // The bare name of a scheme counts as no credentials when more follows.
    const bool bare =
        c.now.refused() && c.now.step() == Step::Empty &&
        (c.now.own_credentials()->view.connection_based() ||
         (c.now.own_credentials()->view.is("Bearer") && c.sequel.state != Sequel::State::Awaited));
    const bool withheld = c.withheld_leg() && !c.now.challenges().token && !c.now.challenges().withheld;
    if (c.now.status != 401 || !(c.anonymous_refusal() || bare || withheld) || !c.now.challenges().any())
        return NotApplicable{};
    Found found;
    found.confidence = withheld ? Confidence::Possible : Confidence::Certain;
    if (c.now.own_request) {
        found.because = c.now.was_injected("interleave-anonymous")
                            ? "This proxy made " + name(c.now.id) +
                                  " itself (fault interleave-anonymous); nobody is to answer it."
                            : "why401 asked in " + name(c.now.id) + " what this page demands.";
        return found;
    }
    if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
    if (found.because = left_beside_the_page(c); !found.because.empty() && !c.served_elsewhere())
        return found;
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
     .needs = "the request that follows",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/: its first 401"},
    check};

}  // namespace why401
