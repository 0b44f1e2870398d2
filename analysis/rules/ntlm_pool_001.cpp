#include "analysis/beyond.h"
#include "analysis/log_findings.h"
#include "analysis/words.h"

namespace why401 {
namespace {

std::string fate(const ClientLogin& login) {
    if (!login.upstream_closing) return name(login.upstream) + " was still open";
    const std::string& because = login.upstream_closing->because;
    return "this proxy had closed " + name(login.upstream) + (because.empty() ? "" : " (" + because + ")");
}

/// Our own record: logged in on one connection, sent on another.
Found moved_here(const Case& c) {
    const ExchangeFacts& now = c.now;
    const ClientLogin& login = *c.standing.client;
    // A server that misses a login offers one. Without an offer an application may have refused by itself.
    const bool asks = now.challenges().any();
    Found found;
    found.confidence = asks ? Confidence::Certain : Confidence::Possible;
    found.culprit = hop_culprit(now);
    found.because = who(login.identity) + " had logged in on " + name(login.upstream) + " (" +
                    name(login.by) + "), but " +
                    (now.has_decision ? "this proxy" + under_policy(now)
                                      : std::string("the proxy that made this record")) +
                    " sent " + name(now.id) + " of the same client connection " + name(now.client) + " on " +
                    name(now.upstream) + ", which the server had never authenticated, so " + answer(c) + ".";
    found.evidence = {
        proof(login.by, login.place, who(login.identity) + " logged in on " + name(login.upstream)),
        request_proof(now, "sent without credentials, on " + name(now.upstream))};
    if (now.has_decision) found.evidence.push_back(decision_proof(now));
    found.evidence.push_back(
        asks ? answer_proof(now, "the server asks for a login")
             : proof(now.id, now.status_line, "refused, without saying what would be accepted"));
    if (!asks)
        found.not_visible = {
            "whether an application refused by itself: a server that misses a login says which it accepts"};
    found.ruled_out = {
        "the client: it had logged in, and NTLM tells it to send nothing more on that connection",
        "the password: it was accepted in " + name(login.by), "an idle timeout: " + fate(login)};
    found.consequence =
        "The client did not expect this 401: it shows it, or asks for a password that was never wrong.";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (auto found = login_lost_in_log(c)) return *std::move(found);
    if (!c.anonymous_refusal() || !c.standing.client) return NotApplicable{};
    if (!now.challenges().connection_based && !now.challenges().bare && now.challenges().any())
        return NotApplicable{};
    if (!now.upstream || !c.standing.client->upstream)
        return CannotTell{"the server connections of login and request"};
    Found found;
    if (now.upstream != c.standing.client->upstream) {
        if (c.standing.server && !c.standing.server->per_request)
            return NotApplicable{};  // somebody is logged in there too
        found = moved_here(c);
    } else if (c.standing.client->followed_by) {
        return NotApplicable{};  // lost here, not behind us
    } else {
        std::optional<Found> beyond = login_lost_beyond(c);
        if (!beyond) return NotApplicable{};
        found = *std::move(beyond);
    }
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "switch this proxy to affinity and repeat (why401 policy affinity): if the 401 goes away, the case is "
    "proven",
    "on the proxy or balancer in the path: one server connection per client connection once NTLM or "
    "Negotiate is seen "
    "(HAProxy does so by itself up to http-reuse safe, Squid with connection-auth=on, Envoy with "
    "connection_pool_per_downstream_connection)",
    "or use a scheme that does not live in the connection"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.2", ""},
                               {"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_pool_001{
    {.id = "NTLM-POOL-001",
     .title = "a proxy moved a client that had logged in with NTLM to another server connection",
     .severity = Severity::Error,
     .explanation =
         "NTLM logs in the connection, not the request. The client logged in once and then, correctly, "
         "stopped sending "
         "credentials; its next request went out on a connection that the server knows nothing about.",
     .fix = kFix,
     .sources = kSources,
     .needs = "client and server connection of the login and of the refused request",
     .scene = "`why401 demo`, second act; or log in, then `why401 policy pooled/switch`, then the next page"},
    check};

}  // namespace why401
