#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// Kestrel answers the request that slips in with a server error of its own, where IIS is silent.
std::optional<Found> refused_in_between(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 500 || now.answered_by_us || now.step() != Step::None || !c.standing.under_way)
        return std::nullopt;
    const IssuedChallenge& challenge = *c.standing.under_way;
    const bool kestrel = same_name(now.server_name, "Kestrel");
    const bool other = challenge.client != now.client;
    if (!kestrel && !other) return std::nullopt;
    Found found;
    found.confidence = kestrel ? Confidence::Likely : Confidence::Possible;
    found.culprit = other ? hop_culprit(now) : Culprit::Client;
    found.because = "On " + name(now.upstream) + " a login was under way (the CHALLENGE of " +
                    name(challenge.exchange) + " on " + name(challenge.client) + ") when " + name(now.id) +
                    " of " + name(now.client) + " came in between without credentials" + under_policy(now) +
                    "; " + answer(c) + ", as a server does that takes this for an error.";
    found.evidence = {proof(challenge.exchange, challenge.place, "the CHALLENGE, not yet answered"),
                      proof(now.id, now.request_line, "came in between, on the same connection"),
                      proof(now.id, now.status_line, "a server error for it")};
    found.not_visible = {"whether the application failed for a reason of its own"};
    found.consequence = "One client gets a server error, the other loses its login.";
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    if (auto found = refused_in_between(c)) return *std::move(found);
    if (!c.failed_authenticate() || !c.standing.answered) return NotApplicable{};
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    const bool on_purpose =
        c.now.was_injected("interleave-anonymous") || challenge.was_injected("interleave-anonymous");
    const bool between = challenge.interposed && challenge.interposed->step == Step::None;
    if (!on_purpose && (!between || c.split())) return NotApplicable{};

    const bool other = challenge.interposed && challenge.interposed->client != c.now.client;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = on_purpose ? Culprit::ThisProxy : other ? hop_culprit(c.now) : Culprit::Client;
    const std::string what = between && !on_purpose ? name(challenge.interposed->exchange) + " of " +
                                                          name(challenge.interposed->client)
                                                    : std::string("a request without credentials");
    found.because = "On " + name(c.now.upstream) + ", between the CHALLENGE of " + name(challenge.exchange) +
                    " and the AUTHENTICATE of " + name(c.now.id) + ", " +
                    (found.culprit == Culprit::Client      ? "the client"
                     : found.culprit == Culprit::ThisProxy ? "this proxy"
                                                           : "the proxy") +
                    (on_purpose ? " (fault interleave-anonymous)" : under_policy(c.now)) + " sent " + what +
                    "; the server dropped the half-finished login of " + who(c.now.user()) + ", and " +
                    answer(c) + ".";
    found.evidence = {proof(challenge.exchange, challenge.place, "the CHALLENGE")};
    if (challenge.interposed)
        found.evidence.push_back({challenge.interposed->exchange, "request.line", std::nullopt,
                                  "came in between, on the same connection, without credentials"});
    found.evidence.push_back(request_proof(c.now, "the AUTHENTICATE, too late"));
    found.ruled_out = {"a wrong password: the login was over before it was checked"};
    found.consequence = "Logins fail whenever another request slips in.";
    if (on_purpose) found.first_fix = {"switch the fault off: why401 fault interleave-anonymous off"};
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "send nothing else on a connection between CHALLENGE and AUTHENTICATE",
    "lend no connection to a second client while a login is under way on it"};
constexpr Source kSources[] = {{"aspnetcore issue 20540: an anonymous request was received in between",
                                "https://github.com/dotnet/aspnetcore/issues/20540"}};

}  // namespace

extern constinit const Rule ntlm_pipe_001{
    {.id = "NTLM-PIPE-001",
     .title = "another request slipped in while the NTLM login was under way",
     .severity = Severity::Error,
     .explanation = "A server holds one half-finished login per connection. A request without credentials in "
                    "the middle ends it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "every request on the server connection, in order",
     .scene =
         "`why401 proxy --lab --fault interleave-anonymous`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
