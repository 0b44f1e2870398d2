#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// Exchange says which machine answers: one gave the CHALLENGE, another got its answer.
std::optional<Found> moved_between_front_ends(const Case& c) {
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    if (!c.now.upstream || challenge.front_end.empty() || c.now.front_end.empty() ||
        same_name(challenge.front_end, c.now.front_end))
        return std::nullopt;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Intermediary;
    found.because = "The CHALLENGE of " + name(challenge.exchange) + " came from " +
                    printable(challenge.front_end) + " and its answer in " + name(c.now.id) +
                    ", on the same connection " + name(c.now.upstream) + ", reached " +
                    printable(c.now.front_end) + " (X-FEServer), which knows nothing of it, so " + answer(c) +
                    ".";
    found.evidence = {
        proof(challenge.exchange, challenge.place, "the CHALLENGE of " + printable(challenge.front_end)),
        request_proof(c.now, "its AUTHENTICATE"),
        proof(c.now.id, c.now.status_line, "refused by " + printable(c.now.front_end))};
    found.ruled_out = {"this proxy: all of it passed on " + name(c.now.upstream)};
    found.not_visible = {"whether the password was right"};
    found.consequence = "Logins fail as often as the balancer changes its mind.";
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    if (!c.failed_authenticate() || !c.standing.answered || c.split()) return NotApplicable{};
    if (auto found = moved_between_front_ends(c)) return *std::move(found);
    if (c.standing.other_computer.empty()) return NotApplicable{};
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Intermediary;
    found.because = "One and the same connection " + name(c.now.upstream) +
                    " was answered by two servers: " + printable(c.standing.other_computer) + " in " +
                    name(c.standing.other_computer_by) + " and " + printable(challenge.message.computer()) +
                    " in " + name(challenge.exchange) +
                    "; somebody behind it spreads requests, so the AUTHENTICATE of " + name(c.now.id) +
                    " can reach a server that never sent the CHALLENGE, and " + answer(c) + ".";
    found.evidence = {{c.standing.other_computer_by, "response.status", std::nullopt,
                       "a CHALLENGE of " + printable(c.standing.other_computer)},
                      proof(challenge.exchange, challenge.place,
                            "a CHALLENGE of " + printable(challenge.message.computer())),
                      request_proof(c.now, "refused")};
    found.ruled_out = {"this proxy: all of it passed on " + name(c.now.upstream)};
    found.not_visible = {"which server got the AUTHENTICATE", "whether the password was right"};
    found.consequence = "Logins fail as often as the balancer changes its mind.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the balancer choose per connection, not per request (source address or plain TCP)",
    "HAProxy: no URI-based balancing with NTLM"};
constexpr Source kSources[] = {{"HAProxy manual, balance uri", "https://docs.haproxy.org/"}};

}  // namespace

extern constinit const Rule ntlm_pool_005{
    {.id = "NTLM-POOL-005",
     .title = "a load balancer behind one connection spreads the login over several servers",
     .severity = Severity::Error,
     .explanation = "A CHALLENGE names the computer that made it. Two names on one connection betray a "
                    "balancer that decides per request.",
     .fix = kFix,
     .sources = kSources,
     .needs = "two CHALLENGEs on one server connection, with computer names; or X-FEServer in both answers",
     .scene = "`why401 proxy --lab`, then log in at http://balanced.lab.why401.test/ and ask for two pages"},
    check};

}  // namespace why401
