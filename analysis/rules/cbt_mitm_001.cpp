#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Found bound_to_us(const Case& c, const Binding& binding) {
    const ExchangeFacts& now = c.now;
    const bool stated = says_bad_bindings(now);
    const bool denied = states_code(now, kLogonDenied);
    Found found;
    found.confidence = denied ? Confidence::Possible : Confidence::Certain;
    found.culprit = denied ? Culprit::Unknown : Culprit::ThisProxy;
    found.because = who(now.user()) + " bound the login of " + name(now.id) +
                    " to the certificate that this proxy shows for " + host_of(now) +
                    ", not to the server's own: a server that checks must refuse that, and " + answer(c) +
                    ".";
    found.evidence = {
        av_proof(now, ntlm::kAvChannelBindings,
                 "MsvAvChannelBindings: the login is bound to this proxy (" + binding.sent + ")"),
        tls_proof(now, Leg::Client, "the client saw this proxy's certificate: " + describe(*binding.ours)),
        tls_proof(now, Leg::Upstream,
                  "the server's own certificate, which makes " + binding.server->ntlm_binding + ": " +
                      describe(*binding.server)),
        answer_proof(now, "refused")};
    if (stated || denied) {
        found.evidence.push_back(stated_code(now)->where);
        found.evidence.back().says =
            stated ? "the server says: bad channel bindings" : "the server says: logon denied";
    }
    if (c.standing.answered && !c.split())
        found.ruled_out = {"a handshake split by this proxy: both halves used " + name(now.upstream)};
    found.not_visible = {
        "whether the password is right: with this binding a server that checks refuses "
        "either way"};
    if (!stated)
        found.not_visible.push_back(
            "the server's settings: should it accept a login bound to this proxy, "
            "then it does not check, and this is taken back");
    found.consequence =
        stated ? "No password helps while this proxy decrypts this host."
               : "Where the server checks, no password helps while this proxy decrypts this host.";
    found.first_fix = {tunnel_advice(now) + "; then log in again"};
    return found;
}

/// Its binding is inside the encrypted authenticator (RFC 4121 4.1.1).
Found ticket_through_us(const Case& c) {
    const ExchangeFacts& now = c.now;
    Found found;
    found.because = "The client showed a Kerberos ticket in " + name(now.id) +
                    " inside TLS that this proxy opened, and " + answer(c) +
                    ": if the ticket is bound to the certificate that the client saw, which was this "
                    "proxy's, then a server that checks must refuse it.";
    found.evidence = {request_proof(now, "the ticket"), answer_proof(now, "refused"),
                      tls_proof(now, Leg::Client, "the client saw a certificate of this proxy")};
    found.not_visible = {"the binding: it is encrypted inside the ticket's authenticator",
                         "the server's reason: its log or the domain controller's says",
                         "how the same login ends in a tunnel: that shows at the client, not here"};
    found.consequence = "A retry in tunnel mode confirms it or clears this proxy.";
    found.first_fix = {tunnel_advice(now) + "; then log in again"};
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.space != Space::Origin || c.recognised())
        return NotApplicable{};
    const Leniency& lenient = c.history.lenient;
    if (now.step() == Step::ApReq && is_intercepted(c.standing)) {
        if (now.challenges().token || lenient.ticket || lenient.ours) return NotApplicable{};
        return ticket_through_us(c);
    }
    const Binding binding = binding_of(now, c.standing);
    if (binding.to == Bound::CannotTell)
        return CannotTell{"the certificates that the client and this proxy saw: the login is bound to one"};
    if (binding.to != Bound::ToUs || now.challenges().ntlm) return NotApplicable{};
    if (lenient.ours && !says_bad_bindings(now)) return NotApplicable{};
    return bound_to_us(c, binding);
}

constexpr std::string_view kFix[] = {
    "or, on a test server only: Extended Protection off (IIS: extendedProtection tokenChecking None)",
    "a login that fails in the tunnel too has another cause: the server's log tells it"};
constexpr Source kSources[] = {
    {"Extended Protection for Authentication, IIS",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/extendedprotection/"},
    {"MS-NLMP 2.2.2.1 (MsvAvChannelBindings)",
     "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"},
    {"RFC 5929 4", "https://www.rfc-editor.org/rfc/rfc5929#section-4"}};

}  // namespace

extern constinit const Rule cbt_mitm_001{
    {.id = "CBT-MITM-001",
     .title = "this proxy decrypts the connection, and the login is bound to its certificate instead of the "
              "server's",
     .severity = Severity::Error,
     .explanation =
         "Extended Protection binds a login to the TLS certificate that the client saw. A proxy that opens "
         "TLS shows one of its own, so the hashes differ. This is the protection working.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the AUTHENTICATE and the certificates of both connections",
     .scene = "`why401 proxy --lab --intercept all`, then https://epa-require.lab.why401.test/ in a browser"},
    check};

}  // namespace why401
