#include "analysis/binding.h"
#include "analysis/log_findings.h"
#include "analysis/stated.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What can be said about Extended Protection, over TLS.
void tell_binding(const Case& c, Found& found) {
    switch (binding_of(c.now, c.standing).to) {
        case Bound::ToServer:
            found.ruled_out.push_back("the channel binding: it is the server's own certificate's");
            break;
        case Bound::ToUs:
            if (!c.history.lenient.ours) break;
            found.ruled_out.push_back(
                "this proxy's decryption: the server accepted a login bound to this "
                "proxy's certificate in " +
                name(*c.history.lenient.ours));
            found.not_visible.push_back("whether Extended Protection was switched between the two");
            break;
        case Bound::Nothing:
            found.not_visible.push_back(
                "whether the server insists on a channel binding (Extended Protection): the client sent "
                "none");
            found.first_fix.push_back(
                "if this client never gets in and browsers do: let it send channel bindings (a newer "
                "version, or an "
                "option), or look for 0x80090346 in the server's log");
            break;
        default: break;
    }
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (auto found = ntlm_denied_in_log(c)) return *std::move(found);
    if (now.status != 401 || now.step() != Step::Authenticate) return NotApplicable{};
    if (now.challenges().ntlm) return NotApplicable{};  // challenged anew instead of refused
    const bool denied = states_code(now, kLogonDenied);
    if (!denied) {
        if (!c.standing.answered) return CannotTell{"the CHALLENGE that this AUTHENTICATE answers"};
        const IssuedChallenge& challenge = c.standing.answered->challenge;
        if (!now.upstream || !challenge.upstream)
            return CannotTell{"the server connections of CHALLENGE and AUTHENTICATE"};
        if (challenge.upstream != now.upstream || challenge.interposed) return NotApplicable{};
    }
    const bool known = c.history.accepted.has_value();
    Found found;
    // A page that is no server's own may well be an application's, which spoke after the login.
    const bool own_page = now.page.kind == PageKind::Other && !denied;
    // Somebody behind us may have taken the handshake apart, and right or wrong look alike then.
    const bool mixed = !denied && (c.history.lost_login || now.lends_connections);
    const bool unclear = own_page || mixed;
    const bool unbound = binding_of(now, c.standing).to == Bound::Nothing;
    found.confidence = (known && !denied) || unclear ? Confidence::Possible : Confidence::Likely;
    found.culprit = unclear ? Culprit::Unknown : Culprit::Client;
    found.because =
        who(now.user()) + " answered the server's CHALLENGE" +
        (c.standing.answered ? " of " + name(c.standing.answered->challenge.exchange) : std::string()) +
        " in " + name(now.id) + " on the same connection " + name(now.upstream) +
        ", in order, and was refused: " +
        (known ? "a wrong password this time, or no right to this page (the server had accepted this user "
                 "before, in " +
                     name(*c.history.accepted) + ")."
               : "wrong password, unknown user, or an account that may not log in" +
                     std::string(unbound ? "; or a server that insists on a channel binding, which this "
                                           "client did not send"
                                         : "") +
                     std::string(own_page
                                     ? "; or an application refused, for the page is none of a server's own."
                                     : "."));
    if (c.standing.answered)
        found.evidence.push_back(proof(c.standing.answered->challenge.exchange,
                                       c.standing.answered->challenge.place, "the CHALLENGE"));
    found.evidence.push_back(request_proof(now, "the AUTHENTICATE of " + who(now.user())));
    found.evidence.push_back(answer_proof(now, "challenges again, without a word about the answer"));
    if (denied) found.evidence.push_back(stated_code(now)->where);
    found.ruled_out = {"a handshake split by this proxy: both halves used " + name(now.upstream),
                       "pooling in this proxy"};
    found.not_visible = {
        "the password: NTLM proves it without sending it",
        "the account's state (locked, expired, disabled): the domain controller's log says",
        "whether a balancer behind " + name(now.upstream) + " gave the two halves to different servers"};
    if (mixed)
        found.not_visible.push_back(
            "whether both halves reached the server on one connection: " +
            (now.lends_connections
                 ? "somebody stands between (" + printable(now.intermediary) + ")"
                 : "a login has vanished here before (" + name(*c.history.lost_login) + ")"));
    if (now.page.hides_substatus())
        found.not_visible.push_back(
            "the substatus: the server's page hides it; its log would tell 401.1 from 401.3");
    if (now.page.kind == PageKind::Compressed)
        found.not_visible.push_back("the page: its body was compressed");
    tell_binding(c, found);
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
     .needs = "both halves of the login and the connections they used"},
    check};

}  // namespace why401
