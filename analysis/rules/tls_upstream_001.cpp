#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// That it was not accepted is certain; whose fault that is depends on what failed: whom this machine trusts,
/// what its clock says and what it speaks may be the cause as well, and so may the wire.
Culprit culprit_of(std::string_view check) {
    for (const std::string_view unclear :
         {"untrusted-root", "incomplete-chain", "self-signed", "not-yet-valid", "no-common-cipher",
          "no-common-protocol", "old-protocol", "peer-alert", "timeout", "closed", "plain-text", "not-tls",
          "protocol-error"})
        if (check == unclear) return Culprit::Unknown;
    return Culprit::Server;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused_for_tls() || now.fault->whose != Fault::Whose::Upstream) return NotApplicable{};
    const TlsFacts* tls = c.standing.upstream_tls.get();
    const TlsRefusal* refusal = tls != nullptr && tls->refusal ? &*tls->refusal : nullptr;
    const bool certificate = now.fault->stage == "certificate";
    Found found;
    const bool sent = now.timing.forwarded != Instant{};
    found.confidence = Confidence::Certain;
    found.culprit = culprit_of(refusal != nullptr ? refusal->check : std::string());
    found.because = "This proxy opens TLS to " + host_of(now) + " in the client's place and did not accept " +
                    (certificate ? "the server's certificate: " : "what the server spoke: ") +
                    printable(refusal != nullptr ? refusal->what : now.fault->what, 300);
    if (refusal != nullptr && !refusal->certificate.empty())
        found.because += " (" + printable(refusal->certificate, 160) + ")";
    if (!found.because.ends_with('.')) found.because += ".";
    found.evidence = {
        proof(now.id, now.request_line, sent ? "sent before the server refused" : "not sent on"),
        proof(now.id, now.status_line, "this proxy's own answer")};
    if (refusal != nullptr)
        found.evidence.push_back(
            tls_proof(now, Leg::Upstream,
                      "check " + refusal->check +
                          (tls->certificate ? ": " + describe(*tls->certificate) : std::string())));
    if (!sent) found.ruled_out = {"the login: nothing of the request, and no credentials, left this machine"};
    found.not_visible = {"what the server would have answered"};
    found.consequence = "The client gets a page of this proxy that names the check (502).";
    if (certificate) found.first_fix = {"mend the certificate or its chain at the server"};
    if (refusal != nullptr && !refusal->hint.empty())
        found.first_fix.push_back((certificate ? "or " : "") + printable(refusal->hint, 300));
    if (refusal != nullptr && refusal->may_be_excepted && tls->certificate)
        found.first_fix.push_back(
            "or, if it is known to be the right one, let it pass for this run: why401 accept " +
            host_of(now) + " " + tls->certificate->sha256 + ", or in the page");
    if (certificate) found.first_fix.push_back("or let the client judge: " + tunnel_advice(now));
    return found;
}

constexpr std::string_view kFix[] = {"`why401 doctor URL` asks the server again and shows its certificate"};
constexpr Source kSources[] = {{"RFC 5280 6", "https://www.rfc-editor.org/rfc/rfc5280#section-6"},
                               {"RFC 9525", "https://www.rfc-editor.org/rfc/rfc9525"}};

}  // namespace

extern constinit const Rule tls_upstream_001{
    {.id = "TLS-UPSTREAM-001",
     .title = "the server's certificate or its TLS was not accepted, so nothing was sent",
     .severity = Severity::Error,
     .explanation =
         "A proxy that opens TLS verifies in the client's place. It refuses what a careful browser "
         "would refuse, before any credential leaves.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request, and which check failed",
     .scene = "`why401 proxy --intercept all`, then a site with a certificate of an unknown CA"},
    check};

}  // namespace why401
