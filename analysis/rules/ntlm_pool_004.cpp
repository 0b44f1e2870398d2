#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Found tell(const Case& c, ExchangeId first, const Place& first_place,
           const std::optional<ConnectionId>& first_client, ExchangeId second,
           const std::optional<ConnectionId>& second_client) {
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = hop_culprit(c.now);
    found.because =
        "Two clients were logging in on " + name(c.now.upstream) + " at once: " + name(first_client) + " (" +
        name(first) + ") and " + name(second_client) + " (" + name(second) + "), because " +
        (c.now.has_decision ? "this proxy" : "the proxy") + under_policy(c.now) +
        " lent the connection to both; the server holds one login per connection, so " + answer(c) + ".";
    found.evidence = {
        proof(first, first_place, "a login under way on " + name(c.now.upstream)),
        {second, "request.line", std::nullopt, "another client's login message on the same connection"}};
    if (second != c.now.id) found.evidence.push_back(request_proof(c.now, "refused in consequence"));
    if (c.now.has_decision) found.evidence.push_back(decision_proof(c.now));
    found.ruled_out = {"a wrong password: the challenge it answers had been replaced or used up"};
    found.consequence = "One of the two logins fails, or both do.";
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (c.failed_authenticate() && c.standing.answered && !c.split()) {
        const IssuedChallenge& challenge = c.standing.answered->challenge;
        if (!challenge.interposed || challenge.interposed->step == Step::None) return NotApplicable{};
        if (!challenge.interposed->client || !now.client) return CannotTell{"the client connections"};
        if (challenge.interposed->client == now.client) return NotApplicable{};
        return tell(c, challenge.exchange, challenge.place, challenge.client, challenge.interposed->exchange,
                    challenge.interposed->client);
    }
    // A NEGOTIATE that the server turns down because it is busy with somebody else's login.
    if (!now.refused() || now.step() != Step::Negotiate || now.challenges().token || !c.standing.under_way)
        return NotApplicable{};
    const IssuedChallenge& busy = *c.standing.under_way;
    if (!now.client || !busy.client || busy.client == now.client) return NotApplicable{};
    return tell(c, busy.exchange, busy.place, busy.client, now.id, now.client);
}

constexpr std::string_view kFix[] = {
    "give a connection to one client alone while a login is under way on it (here: why401 policy affinity)"};
constexpr Source kSources[] = {
    {"node-http-proxy pull request 1500", "https://github.com/http-party/node-http-proxy/pull/1500"}};

}  // namespace

extern constinit const Rule ntlm_pool_004{
    {.id = "NTLM-POOL-004",
     .title = "two clients were logging in on one server connection at the same time",
     .severity = Severity::Error,
     .explanation = "A second NEGOTIATE replaces the challenge of the first, and an AUTHENTICATE uses it up, "
                    "whoever sent it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "client and server connection of every login message",
     .scene = "analysis/handshake_test.cpp NtlmPool004"},
    check};

}  // namespace why401
