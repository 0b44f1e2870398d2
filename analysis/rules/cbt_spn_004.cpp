#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// "HTTP/web01.contoso.test"; some clients write a backslash, or the host alone.
struct ServiceName {
    std::string_view service, host;
};

ServiceName split(std::string_view spn) {
    const std::size_t at = spn.find_first_of("/\\");
    if (at == std::string_view::npos) return {"", spn};
    return {spn.substr(0, at), spn.substr(at + 1, spn.find_first_of("/:", at + 1) - at - 1)};
}

std::string_view first_label(std::string_view host) { return host.substr(0, host.find('.')); }

bool is_web_service(std::string_view service) {
    return service.empty() || same_name(service, "HTTP") || same_name(service, "HOST") ||
           same_name(service, "WSMAN");
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm || c.recognised() ||
        now.step() != Step::Authenticate)
        return NotApplicable{};
    const auto* message = now.own_credentials()->view.authenticate();
    if (message == nullptr) return NotApplicable{};
    const std::string spn = message->target_spn();
    const ServiceName target = split(spn);
    // Over plain http there is no certificate: bad bindings can only mean the name of the service.
    const bool stated = says_bad_bindings(now) && now.plain_http;
    const bool untrusted = message->v2 && (ntlm::av_flags(message->v2->pairs) & ntlm::kAvFlagUntrustedSpn);
    const bool foreign = !is_web_service(target.service);
    if (!stated && (!foreign || untrusted)) return NotApplicable{};
    const bool elsewhere = !same_name(first_label(target.host), first_label(host_of(now)));
    const bool odd = spn.empty() || foreign || elsewhere;
    Found found;
    found.confidence = stated && odd ? Confidence::Likely : Confidence::Possible;
    found.culprit = odd ? Culprit::Client : Culprit::Server;
    found.because = "The login of " + who(now.user()) + " in " + name(now.id) + " to " + host_of(now) +
                    (spn.empty() ? std::string(" names no service")
                                 : " is meant for the service " + printable(spn, 120)) +
                    ", and " + answer(c) +
                    (odd ? ": a server that checks the service name refuses that."
                         : ": the server does not count that name among its own.");
    found.evidence = {av_proof(now, ntlm::kAvTargetName,
                               spn.empty() ? "no MsvAvTargetName" : "MsvAvTargetName " + printable(spn, 120)),
                      answer_proof(now, "refused")};
    if (stated) {
        found.evidence.push_back(stated_code(now)->where);
        found.evidence.back().says = "the server says: bad channel bindings";
    }
    found.not_visible = {"the server's list of service names", "whether the password is right"};
    found.consequence = foreign ? "Credentials meant for one service and shown to another look like a relay."
                                : "The login is refused with any password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "use the address whose name the server expects, or add the name to its list (IIS: extendedProtection, "
    "spn)",
    "for names without a dot: extendedProtection flags AllowDotlessSpn",
    "a name of another service: find out who passes such a login on"};
constexpr Source kSources[] = {
    {"Extended Protection for Authentication, IIS",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/extendedprotection/"},
    {"MS-NLMP 2.2.2.1 (MsvAvTargetName)",
     "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule cbt_spn_004{
    {.id = "CBT-SPN-004",
     .title = "the login names a service that the server does not take for its own",
     .severity = Severity::Error,
     .explanation = "With Extended Protection a server without a certificate of its own to compare looks at "
                    "the service name (SPN) inside the NTLM answer.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the AUTHENTICATE, and the server's word or the name of a foreign service",
     .scene = "analysis/binding_test.cpp CbtSpn004"},
    check};

}  // namespace why401
