#include "analysis/keep_alive.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Found tell(const Case& c, const Loss& loss, const IssuedChallenge& leg, std::string because) {
    Found found;
    found.confidence = loss.confidence;
    found.culprit = loss.culprit;
    found.because = std::move(because);
    found.evidence = {proof(leg.exchange, leg.place, "the CHALLENGE, sent on " + name(leg.upstream))};
    if (loss.evidence) found.evidence.push_back(*loss.evidence);
    if (c.now.id != leg.exchange)
        found.evidence.push_back(request_proof(c.now, "its AUTHENTICATE, too late for that connection"));
    found.ruled_out = {
        "a wrong password: no server could check the answer without the connection it belongs to"};
    if (loss.culprit == Culprit::Server || loss.culprit == Culprit::Intermediary)
        found.not_visible = {"whether the server itself or somebody in front of it closed"};
    found.consequence = "The login cannot complete, however often it is tried.";
    if (!loss.fault.empty()) found.first_fix = {"switch the fault off: why401 fault " + loss.fault + " off"};
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.was_injected("retry-authenticate")) return NotApplicable{};  // moved, not lost
    if (c.failed_authenticate() && c.standing.answered) {
        const IssuedChallenge& leg = c.standing.answered->challenge;
        const bool moved = leg.upstream != now.upstream || now.status == 0 || now.answered_by_us;
        if (!moved) return NotApplicable{};
        const std::optional<Loss> loss = lost_before_answer(c);
        if (!loss) return NotApplicable{};
        const std::int64_t gap = now.timing.started.steady_us - leg.at.steady_us;
        return tell(c, *loss, leg,
                    who(now.user()) + " got the CHALLENGE of " + name(leg.exchange) + " on " +
                        name(leg.upstream) + ", but " + loss->how + "; the AUTHENTICATE of " + name(now.id) +
                        (gap > 0 ? " (" + duration(gap) + " later)" : std::string()) +
                        " found no login to finish, and " + answer(c) + ".");
    }
    if (!now.refused() || !now.challenges().ntlm || !c.gave_up() || now.step() != Step::Negotiate)
        return NotApplicable{};
    const IssuedChallenge leg = challenge_leg(now, now.space);
    const std::optional<Loss> loss = lost_after_challenge(c);
    if (!loss) return NotApplicable{};
    return tell(c, *loss, leg,
                "The server sent its CHALLENGE in " + name(now.id) + " on " + name(now.upstream) + ", but " +
                    loss->how + ", and the client on " + name(now.client) + " did not go on.");
}

constexpr std::string_view kFix[] = {"keep connections alive at every hop and on the site",
                                     "speak HTTP/1.1 to the server and add no Connection: close (nginx: "
                                     "proxy_http_version 1.1 and an empty Connection)"};
constexpr Source kSources[] = {{"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_ka_004{
    {.id = "NTLM-KA-004",
     .title = "the connection was lost in the middle of the NTLM login",
     .severity = Severity::Error,
     .explanation = "CHALLENGE and AUTHENTICATE must travel on one connection. When it is closed in between, "
                    "the answer comes to a server that has forgotten the question.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both messages and what became of the connection between them",
     .scene =
         "`why401 proxy --lab --fault close-after-challenge`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
