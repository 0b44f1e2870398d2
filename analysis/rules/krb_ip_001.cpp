#include "analysis/fallback.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.space != Space::Origin || !is_ntlm_in_negotiate(now) || !is_address(bare_host(now)))
        return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because =
        "The address of " + name(now.id) + " is " + bare_host(now) +
        ", not a name: there is no Kerberos ticket for an IP address unless somebody arranged it, so " +
        who(now.user()) + " logs in with NTLM.";
    found.evidence = {proof(now.id, now.request_line, "an IP address where a host's name could stand"),
                      request_proof(now, "NTLM inside Negotiate")};
    found.not_visible = {"whether the name would do: that takes a try"};
    found.consequence =
        "No Kerberos; and browsers count addresses with dots as Internet, where they do not log in "
        "by themselves.";
    return found;
}

constexpr std::string_view kFix[] = {
    "use the host's name",
    "or register the address on purpose: setspn -S HTTP/10.0.0.5 account, and TryIPSPN=1 on the clients"};
constexpr Source kSources[] = {
    {"Configuring Kerberos for IP addresses",
     "https://learn.microsoft.com/windows-server/security/kerberos/configuring-kerberos-over-ip"}};

}  // namespace

extern constinit const Rule krb_ip_001{
    {.id = "KRB-IP-001",
     .title = "the address is an IP address, for which there are no Kerberos tickets",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "Tickets are issued for names of services. A client that is given an address does not even ask.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the address and the request's credentials",
     .scene = "analysis/fallback_test.cpp KrbIp001"},
    check};

}  // namespace why401
