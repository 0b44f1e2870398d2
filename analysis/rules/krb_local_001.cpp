#include "analysis/fallback.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.space != Space::Origin || !c.same_machine || !is_ntlm_in_negotiate(now)) return NotApplicable{};
    Found found;
    found.because = "Client and server of " + name(now.id) + " are on one machine, that of this proxy, and " +
                    who(now.user()) +
                    " logs in with NTLM: Windows does not use Kerberos with itself by default.";
    found.evidence = {request_proof(now, "NTLM inside Negotiate")};
    found.not_visible = {"how the same login goes from another machine"};
    found.consequence = "What is seen here says little about other clients.";
    return found;
}

constexpr std::string_view kFix[] = {"try the login from another machine"};
constexpr Source kSources[] = {
    {"Troubleshoot Kerberos failures",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "troubleshoot-kerberos-failures-ie"}};

}  // namespace

extern constinit const Rule krb_local_001{
    {.id = "KRB-LOCAL-001",
     .title = "client and server are on the same machine, where Kerberos is not used",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation = "A login from a machine to itself takes a path of its own and is no test of Kerberos.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the addresses of both connections",
     .scene = "analysis/fallback_test.cpp KrbLocal001"},
    check};

}  // namespace why401
