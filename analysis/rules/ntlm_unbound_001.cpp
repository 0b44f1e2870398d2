#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// IIS and HTTP.sys keep logins on connections; a server without a name may be one of them.
bool may_forget(const ExchangeFacts& now) {
    return now.server == ServerKind::Apache || now.server == ServerKind::Other;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.step() != Step::Authenticate || now.challenges().token || c.recognised())
        return NotApplicable{};
    if (!may_forget(now) || !now.intermediary.empty() || now.lends_connections || stated_reason(c))
        return NotApplicable{};
    if (c.ntlm.worked || c.history.accepted || c.ntlm.others_refused.empty()) return NotApplicable{};
    if (!c.standing.answered) return CannotTell{"the CHALLENGE that this AUTHENTICATE answers"};
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    if (!now.upstream || challenge.upstream != now.upstream || challenge.interposed) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because =
        "All of the login of " + login_name(now) + " passed on " + name(now.upstream) +
        ", and it was refused in " + name(now.id) + " as if there had been no CHALLENGE; so was that of " +
        (c.ntlm.others_refused.size() == 1 ? std::string("another user")
                                           : std::to_string(c.ntlm.others_refused.size()) + " other users") +
        " within a minute, and nobody has got in with NTLM here: the server (" +
        printable(now.server_name, 80) + ") may not remember its own CHALLENGE.";
    found.evidence = {proof(challenge.exchange, challenge.place, "the CHALLENGE"),
                      request_proof(now, "its AUTHENTICATE, on the same connection"),
                      answer_proof(now, "asks for a login from the beginning")};
    for (const ExchangeId id : c.ntlm.others_refused)
        found.evidence.push_back({id, "response.status", std::nullopt, "another user, refused likewise"});
    found.ruled_out = {"this proxy: both messages used " + name(now.upstream)};
    found.not_visible = {"the passwords: if all of them were wrong it would look the same",
                         "whether the server has a machine behind it that does"};
    found.consequence = "If so, no NTLM login can ever be finished there.";
    return found;
}

constexpr std::string_view kFix[] = {
    "Apache, mod_auth_gssapi: GssapiConnectionBound On",
    "offer no NTLM where the server keeps nothing between two requests: Kerberos needs one message only"};
constexpr Source kSources[] = {
    {"mod_auth_gssapi, GssapiConnectionBound", "https://github.com/gssapi/mod_auth_gssapi"},
    {"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_unbound_001{
    {.id = "NTLM-UNBOUND-001",
     .title = "the server does not remember its own CHALLENGE",
     .severity = Severity::Error,
     .explanation =
         "NTLM needs a server that keeps something between two requests of a connection. A module that "
         "treats each request alone can begin such a login and never finish it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "whole logins of two users at a server that is not IIS",
     .scene = "analysis/ntlm_circles_test.cpp NtlmUnbound001"},
    check};

}  // namespace why401
