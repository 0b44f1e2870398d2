#include "analysis/binding.h"
#include "analysis/fallback.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.space != Space::Origin || !is_ntlm_in_negotiate(now) || is_address(bare_host(now)))
        return NotApplicable{};
    const auto& elsewhere = c.history.tickets.elsewhere;
    if (!elsewhere)
        return CannotTell{"a Kerberos ticket of the same program for another host: it may have none at all"};
    const auto* message = now.own_credentials()->view.authenticate();
    const std::string wanted = message->target_spn();
    Found found;
    found.because = "The same program showed a Kerberos ticket for another host in " + name(*elsewhere) +
                    ", but for " + bare_host(now) + " it logs in with NTLM in " + name(now.id) +
                    (wanted.empty() ? std::string() : " (it asked for " + printable(wanted, 160) + ")") +
                    ": it seems that the domain knows no service by that name.";
    found.evidence = {wanted.empty() ? request_proof(now, "NTLM inside Negotiate")
                                     : av_proof(now, ntlm::kAvTargetName,
                                                "the service it wanted: " + printable(wanted, 160)),
                      {*elsewhere, "request.line", std::nullopt, "a ticket for another host"}};
    found.not_visible = {"the domain controller's answer: KDC_ERR_S_PRINCIPAL_UNKNOWN would confirm it"};
    found.consequence = "Kerberos is never tried for this name.";
    return found;
}

constexpr std::string_view kFix[] = {
    "setspn -Q HTTP/host shows whether somebody owns the name",
    "setspn -S HTTP/host account gives it to the account that runs the site"};
constexpr Source kSources[] = {
    {"Troubleshoot Kerberos failures",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "troubleshoot-kerberos-failures-ie"},
    {"MS-NLMP 2.2.2.1 (MsvAvTargetName)",
     "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule krb_spn_001{
    {.id = "KRB-SPN-001",
     .title = "nobody has registered the service name that Kerberos needs for this host",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "The client asks the domain controller for a ticket by the host's name. Where no account owns "
         "HTTP/host there is none, and the client makes do with NTLM.",
     .fix = kFix,
     .sources = kSources,
     .needs = "an NTLM login inside Negotiate, and a ticket of the same program for another host",
     .scene = "analysis/fallback_test.cpp KrbSpn001"},
    check};

}  // namespace why401
