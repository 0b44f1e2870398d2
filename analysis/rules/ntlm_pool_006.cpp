#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || !c.standing.client || !c.standing.client->followed_by)
        return NotApplicable{};
    if (!now.upstream || now.upstream != c.standing.client->upstream) return NotApplicable{};
    const ClientLogin& login = *c.standing.client;
    const LoginMessage& other = *login.followed_by;
    if (!other.client) return CannotTell{"the client connection of every login on that server connection"};
    const bool replaced = c.standing.server && c.standing.server->client == other.client;

    Found found;
    found.confidence =
        c.history.keeps_login && other.step != Step::ApReq ? Confidence::Certain : Confidence::Likely;
    found.culprit = hop_culprit(now);
    found.because = who(login.identity) + " had logged in on " + name(login.upstream) + " (" +
                    name(login.by) + "); " + (now.has_decision ? "this proxy" : "an intermediary") +
                    " then lent " + name(login.upstream) + " to another client connection, " +
                    name(other.client) + ", whose own login message in " + name(other.exchange) +
                    (replaced ? " took that login's place" : " ended that login") + ", so " + name(now.id) +
                    " of " + name(now.client) + " came " +
                    (replaced ? "as " + who(c.standing.server->identity) : std::string("as a stranger")) +
                    ", and " + answer(c) + ".";
    found.evidence = {
        proof(login.by, login.place, who(login.identity) + " logged in on " + name(login.upstream)),
        proof(other.exchange, other.place, "another client's login message on the same connection"),
        request_proof(now, "the same connection, no credentials")};
    if (now.has_decision) found.evidence.push_back(decision_proof(now));
    found.evidence.push_back(answer_proof(now, "refused"));
    found.ruled_out = {
        "the client: it had logged in, and NTLM tells it to send nothing more on that connection",
        "the password: it was accepted in " + name(login.by)};
    if (!c.history.keeps_login)
        found.not_visible = {"a server that wants a login for each request (NTLM-PERSIST-001)"};
    found.consequence =
        "Logins vanish whenever another client logs in, and requests can be served as the wrong user.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "keep one upstream connection for one client connection as soon as NTLM or Negotiate is seen (here: "
    "why401 policy affinity)"};
constexpr Source kSources[] = {
    {"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"},
    {"haproxy issue 581, user substitution", "https://github.com/haproxy/haproxy/issues/581"}};

}  // namespace

extern constinit const Rule ntlm_pool_006{
    {.id = "NTLM-POOL-006",
     .title = "another client's login on the same server connection ended this one",
     .severity = Severity::Error,
     .explanation = "A server holds one login per connection, and each NEGOTIATE starts it anew, whoever "
                    "sent it. A proxy that lends the connection to a second client lets the second end the "
                    "login of the first.",
     .fix = kFix,
     .sources = kSources,
     .needs = "client and server connection of every login message",
     .scene = "analysis/pooling_test.cpp NtlmPool006"},
    check};

}  // namespace why401
