#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 304)
        if (auto found = logged_in_by_log(c)) return *std::move(found);
    if (c.now.step() != Step::Authenticate || !c.now.let_in() || c.now.status == 304) return NotApplicable{};
    if (c.now.space == Space::Proxy) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.because =
        who(c.now.user()) + " logged in with NTLM on " + name(c.now.upstream) + " in " + name(c.now.id) + ".";
    found.evidence = {request_proof(c.now, "AUTHENTICATE of " + who(c.now.user())),
                      proof(c.now.id, c.now.status_line, "accepted")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix"};
constexpr Source kSources[] = {
    {"MS-NLMP 1.3.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule norm_ntlm_003{
    {.id = "NORM-NTLM-003",
     .title = "an NTLM login takes two refusals before it succeeds, and this one did",
     .severity = Severity::Info,
     .explanation =
         "Ask, be challenged, answer: 401, 401, then the page. The login lasts as long as the connection.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the answer to the AUTHENTICATE message",
     .scene = "`why401 proxy --lab`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
