#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    const auto* message = own == nullptr || c.opaque_tunnel ? nullptr : own->view.authenticate();
    if (message == nullptr) return NotApplicable{};
    const bool ess = message->kind == ntlm::ResponseKind::V1Ess;
    if (!ess && message->kind != ntlm::ResponseKind::V1) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because =
        "The AUTHENTICATE of " + who(c.now.user()) + " in " + name(c.now.id) + " carries " +
        (message->nt_response.empty()
             ? std::string("a LAN Manager response")
             : "an NTLMv1 response of 24 bytes" + std::string(ess ? " with extended session security" : "")) +
        ", where NTLMv2 has a longer one.";
    found.evidence = {request_proof(c.now, std::string(ntlm::name_of(message->kind)) + ", no AV pairs")};
    found.not_visible = {"whether the server or its domain controller refuses this version"};
    found.consequence =
        "The password can be found out by whoever sees the exchange; strict servers and Extended Protection "
        "refuse such logins.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client use NTLMv2 (Windows: LAN Manager authentication level 3 or higher)",
    "a library: a newer version, or its option for NTLMv2"};
constexpr Source kSources[] = {
    {"MS-NLMP 2.2.2.6, 3.3.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"},
    {"Windows, LAN Manager authentication level",
     "https://learn.microsoft.com/windows/security/threat-protection/security-policy-settings/"
     "network-security-lan-manager-authentication-level"}};

}  // namespace

extern constinit const Rule ntlm_v1_001{
    {.id = "NTLM-V1-001",
     .title = "a client proves its password in the old way, NTLMv1",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "NTLMv1 rests on DES and can be broken by anybody who records it. It is switched off in many "
         "domains.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the AUTHENTICATE message",
     .scene = "analysis/ntlm_message_test.cpp NtlmV1001"},
    check};

}  // namespace why401
