#include "analysis/beyond.h"
#include "analysis/log_findings.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Our record shows the two messages on two upstream connections.
Found split_here(const Case& c) {
    const ExchangeFacts& now = c.now;
    const AnsweredChallenge& answered = *c.standing.answered;
    const IssuedChallenge& challenge = answered.challenge;
    const bool same_client = now.client == challenge.client;
    const bool retried = now.was_injected("retry-authenticate");
    const std::string actor =
        now.has_decision ? "this proxy" + under_policy(now) : "the proxy that made this record";

    Found found;
    found.confidence =
        same_client || answered.by == MatchedBy::Fingerprint ? Confidence::Certain : Confidence::Likely;
    found.culprit = same_client || retried ? hop_culprit(now) : Culprit::Client;
    found.because = "The AUTHENTICATE of " + who(now.user()) + " in " + name(now.id) +
                    " answers the CHALLENGE that came on " + name(challenge.upstream) + " in " +
                    name(challenge.exchange) + ", but ";
    if (same_client || retried)
        found.because += actor + " sent it on " + name(now.upstream) +
                         (retried ? ", as a retry (fault retry-authenticate)"
                                  : " although it came on the same client connection " + name(now.client));
    else
        found.because += "the client sent it on another connection of its own, " + name(now.client) +
                         " instead of " + name(challenge.client) + ", which leads to " + name(now.upstream);
    found.because += "; that server connection never issued a challenge for it, so " + answer(c) + ".";
    found.evidence = {
        proof(challenge.exchange, challenge.place, "the CHALLENGE, received on " + name(challenge.upstream)),
        request_proof(now, answered.by == MatchedBy::Fingerprint
                               ? "carries a copy of that CHALLENGE's target info, to 100 ns"
                               : "follows that CHALLENGE on " + name(now.client))};
    if (now.has_decision) found.evidence.push_back(decision_proof(now));
    found.evidence.push_back(answer_proof(now, "the answer on " + name(now.upstream)));
    found.ruled_out = {"a wrong password: the server could not even check it",
                       "the server: it needs both messages on one connection, as NTLM is defined"};
    if (answered.by == MatchedBy::Order)
        found.not_visible = {"the CHALLENGE carries no timestamp; the two were matched by their order"};
    found.consequence = "The login can only succeed by luck; browsers ask for the password again and again.";
    if (retried) found.first_fix = {"switch the fault off: why401 fault retry-authenticate off"};
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    if (auto found = handshake_split_in_log(c)) return *std::move(found);
    if (!c.failed_authenticate()) return NotApplicable{};
    if (c.split() && !c.now.answered_by_us) return split_here(c);
    if (auto found = handshake_split_beyond(c)) return *std::move(found);
    if (c.standing.answered && !(c.now.upstream && c.standing.answered->challenge.upstream))
        return CannotTell{"the server connections of CHALLENGE and AUTHENTICATE"};
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "keep one upstream connection from the first NEGOTIATE to the end of the client connection (here: why401 "
    "policy affinity)",
    "never retry an AUTHENTICATE on another connection: begin again without credentials"};
constexpr Source kSources[] = {
    {"MS-NLMP 1.3.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"},
    {"node-http-proxy issue 362", "https://github.com/http-party/node-http-proxy/issues/362"}};

}  // namespace

extern constinit const Rule ntlm_pool_002{
    {.id = "NTLM-POOL-002",
     .title = "the two halves of the NTLM login went over different server connections",
     .severity = Severity::Error,
     .explanation = "The server's CHALLENGE belongs to the connection it was sent on. On any other the "
                    "AUTHENTICATE that answers it means nothing.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both connection ids of CHALLENGE and AUTHENTICATE",
     .scene = "`why401 proxy --lab --policy pooled/switch`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
