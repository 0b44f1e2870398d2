#include "analysis/binding.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::string_view kRequired = "client-certificate-required";

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const TlsFactsPtr& tls = c.standing.upstream_tls;
    if (!tls) return NotApplicable{};
    const bool required = now.refused_for_tls() && tls->refusal && tls->refusal->check == kRequired;
    const bool asked = is_intercepted(c.standing) && tls->client_certificate_asked && !now.answered_by_us;
    const bool stated = asked && now.page.substatus == "403.7";
    // IIS says 403.7; a server that maps certificates to users says 401 and offers no other way in.
    const bool forbidden = asked && now.status == 403;
    const bool no_other_way =
        asked && now.status == 401 && !now.challenges().any() && now.own_credentials() == nullptr;
    if (!required && !forbidden && !no_other_way) return NotApplicable{};
    const bool sure = required || stated;
    Found found;
    found.confidence = sure ? Confidence::Certain : Confidence::Possible;
    found.culprit = sure ? Culprit::ThisProxy : Culprit::Unknown;
    found.because = "The server of " + host_of(now) +
                    " asked for a client certificate when this proxy opened " + name(now.upstream) +
                    ", and this proxy has none to show; " +
                    (!required ? "then " + answer(c) + " in " + name(now.id) + "."
                     : now.timing.forwarded == Instant{}
                         ? "so TLS failed, and " + name(now.id) + " was not sent."
                         : "so it broke TLS off when " + name(now.id) + " was on its way.");
    found.evidence = {tls_proof(now, Leg::Upstream, "the server's CertificateRequest"),
                      proof(now.id, now.status_line, required ? "this proxy's own answer" : "the refusal")};
    if (stated && now.page.bytes)
        found.evidence.push_back({now.id, "response.body", now.page.bytes, "the page says 403.7"});
    if (!sure)
        found.not_visible = {"whether the server refuses for want of a certificate or for another reason"};
    for (const std::string& issuer : tls->client_certificate_issuers) {
        if (found.not_visible.size() >= 4) break;
        found.not_visible.push_back("the client's certificate of " + printable(issuer, 120) +
                                    ": its key never leaves the client");
    }
    found.consequence = "What needs a client certificate cannot be reached while this proxy decrypts.";
    found.first_fix = {tunnel_advice(now)};
    return found;
}

constexpr std::string_view kFix[] = {
    "in the tunnel the client can show its own certificate; read the outcome at the client or in the "
    "server's "
    "log"};
constexpr Source kSources[] = {{"RFC 8446 4.4.2", "https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"}};

}  // namespace

extern constinit const Rule cert_mitm_004{
    {.id = "CERT-MITM-004",
     .title = "the server wants a client certificate, and this proxy cannot show the client's",
     .severity = Severity::Error,
     .explanation = "A client certificate is proven with a private key that never leaves the client, so a "
                    "proxy that opens TLS cannot use it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the server asked for when TLS was opened, and its answer",
     .scene = "analysis/upstream_tls_test.cpp CertMitm004"},
    check};

}  // namespace why401
