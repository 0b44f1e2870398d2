#include "analysis/log_findings.h"
#include "analysis/refused_login.h"
#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What the record of the handshake itself says; nothing when it does not speak of a checked login.
std::optional<Verdict> not_checked(const Case& c) {
    if (!c.standing.answered) return CannotTell{"the CHALLENGE that this AUTHENTICATE answers"};
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    if (!c.now.upstream || !challenge.upstream)
        return CannotTell{"the server connections of CHALLENGE and AUTHENTICATE"};
    if (challenge.upstream != c.now.upstream || challenge.interposed) return NotApplicable{};
    return std::nullopt;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto reason = stated_reason(c);
    const bool denied = reason && reason->is(CodeTopic::Credentials);
    if (now.from_log_alone()) {
        auto found = ntlm_denied_in_log(c);
        return found ? Verdict(*std::move(found)) : NotApplicable{};
    }
    if (now.status != 401 || now.step() != Step::Authenticate) return NotApplicable{};
    if (now.challenges().ntlm) return NotApplicable{};  // challenged anew instead of refused
    if (!denied) {
        if (reason && reason->known->topic != CodeTopic::None && !reason->is(CodeTopic::Permission))
            return NotApplicable{};  // the server names another cause
        if (auto verdict = not_checked(c)) return *verdict;
    }
    // A page that is no server's own may well be an application's, which spoke after the login.
    const bool own_page = now.page.kind == PageKind::Other && !denied;
    // Somebody behind us may have taken the handshake apart, and right or wrong look alike then.
    const bool mixed = !denied && (c.history.lost_login || now.lends_connections);
    Found found;
    found.confidence =
        (c.history.accepted && !denied) || own_page || mixed ? Confidence::Possible : Confidence::Likely;
    found.culprit = own_page || mixed ? Culprit::Unknown : Culprit::Client;
    found.because =
        who(now.user()) + " answered the server's CHALLENGE" +
        (c.standing.answered ? " of " + name(c.standing.answered->challenge.exchange) : std::string()) +
        " in " + name(now.id) + " on the same connection " + name(now.upstream) +
        ", in order, and was refused" +
        (denied ? " (" + code_text(reason->stated.code) + ")" : std::string()) + ": " +
        likely_causes(c, denied, own_page);
    tell_proofs(c, reason, found);
    tell_limits(c, mixed, found);
    found.consequence = "The client asks for other credentials or gives up.";
    return found;
}

constexpr std::string_view kFix[] = {
    "check the user and domain name shown here, then the password",
    "remove saved credentials (Credential Manager, the browser's own store)",
    "look at the account: locked, expired, or not allowed to log on to this server",
    "if the account works on other pages of this site: look at its permissions on this one"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.1", ""}};

}  // namespace

extern constinit const Rule ntlm_fail_001{
    {.id = "NTLM-FAIL-001",
     .title = "the server checked the NTLM login and refused it",
     .severity = Severity::Error,
     .explanation = "The handshake was whole. The server, or its domain controller, did not accept what the "
                    "client computed from user, domain and password.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both halves of the login and the connections they used, or the server's error code",
     .scene = "why401 lab, and a login with a wrong password"},
    check};

}  // namespace why401
