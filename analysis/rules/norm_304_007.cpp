#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status == 304)
        if (auto found = logged_in_by_log(c)) return *std::move(found);
    const Step step = c.now.step();
    if (c.now.status != 304 || c.now.answered_by_us || c.now.space == Space::Proxy) return NotApplicable{};
    if (step != Step::Authenticate && step != Step::ApReq) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.because = who(c.now.user()) + " logged in on " + name(c.now.upstream) +
                    ", and the page had not changed since the client last got it.";
    found.evidence = {request_proof(c.now, "credentials"),
                      proof(c.now.id, c.now.status_line, "304: accepted")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix",
                                     "static files that hold no secret may be served without a login"};
constexpr Source kSources[] = {
    {"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS (the log in step 1)", ""}};

}  // namespace

extern constinit const Rule norm_304_007{
    {.id = "NORM-304-007",
     .title = "the login that ends in 304 is a healthy one",
     .severity = Severity::Info,
     .explanation =
         "A conditional request that logs in on its way: 401, 401, 304. The last answer is a success.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the answer to the credentials",
     .scene = "analysis/refusal_test.cpp Norm304007"},
    check};

}  // namespace why401
