#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Bound to the very certificate that is seen here, and still not what the server itself has.
Found behind(const Case& c) {
    const ExchangeFacts& now = c.now;
    Found found;
    found.confidence = says_bad_bindings(now) ? Confidence::Likely : Confidence::Possible;
    found.because = "The login of " + who(now.user()) + " in " + name(now.id) +
                    " is bound to the certificate that stands for " + host_of(now) + ", and " + answer(c) +
                    ": behind that certificate somebody ends TLS, and the server that checks has another "
                    "certificate or none.";
    if (now.intermediary_place)
        found.evidence.push_back(proof(now.id, *now.intermediary_place, "a mark of somebody in between"));
    found.not_visible = {"what stands behind that certificate"};
    return found;
}

/// Bound to a certificate that neither side of this proxy has shown.
Found before(const Case& c, const Binding& binding) {
    const ExchangeFacts& now = c.now;
    Found found;
    found.confidence = says_bad_bindings(now) ? Confidence::Likely : Confidence::Possible;
    found.because = "The login of " + who(now.user()) + " in " + name(now.id) +
                    " is bound to a certificate (binding " + binding.sent +
                    ") that is neither this proxy's nor the server's, and " + answer(c) +
                    ": somebody between the client and this proxy ends TLS too.";
    found.evidence = {tls_proof(now, Leg::Client,
                                "this proxy showed a certificate that makes " + binding.ours->ntlm_binding)};
    found.not_visible = {"whose certificate the client saw",
                         "whether the client hashes a certificate as RFC 5929 demands"};
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    const Binding binding = binding_of(now, c.standing);
    const bool stated = says_bad_bindings(now);
    const bool pointed_at = stated || (!now.intermediary.empty() && !c.history.accepted);
    Found found;
    if (binding.to == Bound::ToServer && pointed_at)
        found = behind(c);
    else if (binding.to == Bound::ToOther && (stated || !c.history.lenient.ours))
        found = before(c, binding);
    else
        return NotApplicable{};
    found.culprit = Culprit::Intermediary;
    found.evidence.insert(found.evidence.begin(),
                          av_proof(now, ntlm::kAvChannelBindings, "MsvAvChannelBindings " + binding.sent));
    found.evidence.push_back(
        tls_proof(now, Leg::Upstream, "the certificate shown to this proxy: " + describe(*binding.server)));
    found.evidence.push_back(answer_proof(now, "refused"));
    if (stated) {
        found.evidence.push_back(stated_code(now)->where);
        found.evidence.back().says = "the server says: bad channel bindings";
    }
    found.ruled_out = {"this proxy: the login is not bound to its certificate"};
    found.not_visible.push_back("whether the password is right");
    found.consequence = "Whoever logs in along that way is refused, with any password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the device in between pass TLS through, or give it the server's own certificate and key",
    "or let IIS check the service name instead (extendedProtection flags Proxy, and a list of SPNs)"};
constexpr Source kSources[] = {
    {"Extended Protection for Authentication, IIS",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/extendedprotection/"},
    {"RFC 5929 4", "https://www.rfc-editor.org/rfc/rfc5929#section-4"}};

}  // namespace

extern constinit const Rule cbt_offload_003{
    {.id = "CBT-OFFLOAD-003",
     .title = "somebody between the client and the server ends TLS, and the login is bound to the wrong "
              "certificate",
     .severity = Severity::Error,
     .explanation = "A load balancer or an inspecting device that ends TLS shows another certificate than "
                    "the server has. A login that is bound to it does not fit the server's.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the AUTHENTICATE, the server's certificate, and a word or mark that points that way",
     .scene = "analysis/binding_test.cpp CbtOffload003"},
    check};

}  // namespace why401
