#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kAttempts = 3;

Verdict check(const Case& c) {
    if (!c.now.refused() || c.history.alike.size() + 1 < kAttempts) return NotApplicable{};
    const bool ntlm = c.now.step() == Step::Authenticate;
    const bool single = c.now.step() == Step::Single;
    if ((!ntlm && !single) || c.now.challenges().ntlm || c.now.challenges().stale || c.now.user().empty())
        return NotApplicable{};
    if (single && c.now.own_credentials()->view.basic() == nullptr &&
        c.now.own_credentials()->view.digest() == nullptr)
        return NotApplicable{};
    // Somebody who types one password after the other is no program that repeats itself.
    if (single && c.now.own_credentials()->view.basic() != nullptr && !c.history.same_secret)
        return NotApplicable{};
    // Refusals that an intermediary may have caused say nothing about the credentials.
    if (ntlm && (c.history.lost_login || c.now.lends_connections)) return NotApplicable{};
    const bool identical = single && c.history.same_secret;
    const std::size_t attempts = c.history.alike.size() + 1;
    Found found;
    found.confidence = identical ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because =
        who(c.now.user()) + " was refused " + std::to_string(attempts) + " times within a minute at " +
        c.now.origin + ", last in " + name(c.now.id) +
        (identical ? ", each time with exactly the same credentials." : ": something keeps trying.");
    for (const ExchangeId id : c.history.alike) {
        if (found.evidence.size() >= 4) break;
        found.evidence.push_back({id, "response.status", std::nullopt, "refused"});
    }
    found.evidence.push_back(request_proof(c.now, "tried once more"));
    found.ruled_out = {"a lost connection: each attempt was complete"};
    if (!identical) found.not_visible = {"whether the password was the same each time"};
    found.consequence = "Many domains lock an account after a handful of such attempts.";
    return found;
}

constexpr std::string_view kFix[] = {"stop the program or service that retries",
                                     "correct or delete the stored credentials it uses"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.1", ""}};

}  // namespace

extern constinit const Rule ntlm_loop_003{
    {.id = "NTLM-LOOP-003",
     .title = "the same refused credentials are sent again and again",
     .severity = Severity::Warning,
     .explanation = "A script, a service or a saved password keeps knocking after it was turned away.",
     .fix = kFix,
     .sources = kSources,
     .needs = "several refused logins of one user",
     .scene =
         "`why401 proxy --lab`, then http://web01.lab.why401.test/ three times with the same wrong password"},
    check};

}  // namespace why401
