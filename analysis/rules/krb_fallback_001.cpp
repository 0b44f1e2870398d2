#include "analysis/fallback.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool picked = server_picks_ntlm(now);
    if (!picked && !is_ntlm_in_negotiate(now)) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    if (picked)
        found.because = "The client showed a Kerberos ticket in " + name(now.id) +
                        ", and the server wants to go on with NTLM instead (negState request-mic).";
    else
        found.because =
            who(now.user()) + " logs in to " +
            (now.space == Space::Proxy ? std::string("the proxy") : bare_host(now)) + " in " + name(now.id) +
            " with NTLM inside Negotiate: the client had no Kerberos ticket for this name, or did "
            "not want to use one.";
    found.evidence = {picked ? answer_proof(now, "the server picks NTLM")
                             : request_proof(now, "an NTLM message where a ticket could stand")};
    found.not_visible = {
        "why: that is between the client and the domain controller (a name that nobody "
        "registered, no connection to it, no domain account, policy)"};
    found.consequence =
        "The login works, but it lives in the connection, cannot be passed on to another server, "
        "and does not prove who the server is.";
    return found;
}

constexpr std::string_view kFix[] = {
    "on the client: klist get HTTP/host shows whether there is a ticket and why not",
    "use the host's name instead of its address, and see that HTTP/host is registered (setspn -Q HTTP/host)",
    "the client must reach a domain controller and be logged in with a domain account"};
constexpr Source kSources[] = {
    {"Troubleshoot Kerberos failures",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "troubleshoot-kerberos-failures-ie"},
    {"RFC 4178 4.2.2", "https://www.rfc-editor.org/rfc/rfc4178#section-4.2.2"}};

}  // namespace

extern constinit const Rule krb_fallback_001{
    {.id = "KRB-FALLBACK-001",
     .title = "Negotiate has fallen back from Kerberos to NTLM",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation = "Negotiate carries Kerberos where it can and NTLM where it must.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/fallback_test.cpp KrbFallback001"},
    check};

}  // namespace why401
