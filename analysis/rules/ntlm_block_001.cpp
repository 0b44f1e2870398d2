#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::uint32_t kBlockedByPolicy = 1260;  // ERROR_ACCESS_DISABLED_BY_POLICY

Verdict check(const Case& c) {
    const auto reason = stated_reason(c);
    if (!reason) return NotApplicable{};
    const bool said = reason->is(CodeTopic::NtlmBlocked);
    const bool policy = reason->known->code == kBlockedByPolicy && c.now.step() == Step::Authenticate;
    if (!said && !policy) return NotApplicable{};
    Found found = found_by_code(c, *reason);
    if (!said) found.confidence = Confidence::Likely;  // a policy, but it does not say which
    found.culprit = Culprit::Server;
    found.ruled_out = {"the password: the login was not admitted, whatever it was"};
    found.not_visible.push_back("where the policy stands: on the server or on the domain controllers");
    found.consequence = "No NTLM login works there; Kerberos does.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client use Kerberos: ask for the server by the name its service is registered for",
    "or make an exception: Network security: Restrict NTLM, Add server exceptions",
    "events 8001-8004 in the log NTLM/Operational say who was blocked and where"};
constexpr Source kSources[] = {
    {"Windows, Restrict NTLM",
     "https://learn.microsoft.com/windows/security/threat-protection/security-policy-settings/"
     "network-security-restrict-ntlm-incoming-ntlm-traffic"}};

}  // namespace

extern constinit const Rule ntlm_block_001{
    {.id = "NTLM-BLOCK-001",
     .title = "a policy forbids NTLM",
     .severity = Severity::Error,
     .explanation =
         "Windows can be told to take no NTLM logins. The handshake then runs to its end and is refused.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's error code: its log, trace or detailed page",
     .scene = "analysis/account_test.cpp NtlmBlock001"},
    check};

}  // namespace why401
