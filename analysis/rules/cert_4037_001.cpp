#include "analysis/forbidden.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto stated = stated_forbidden(now);
    if (!stated) return NotApplicable{};
    if (stated->substatus != 7) return NotApplicable{};
    // Whoever ends TLS before the server keeps the client's certificate from it.
    const bool ended_before = now.web.was_https || (now.plain_http && now.request_seen);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = ended_before ? Culprit::Intermediary : Culprit::Client;
    if (ended_before && !now.web.was_https) found.culprit = Culprit::Unknown;
    found.because = "The server wants a client certificate for " + printable(now.url, 140) +
                    " and got none: it "
                    "answered 403.7 in " +
                    name(now.id) +
                    (ended_before ? "; the request reached this proxy without TLS, and only in TLS can a "
                                    "certificate be shown."
                                  : std::string("."));
    found.evidence = {stated->where, proof(now.id, now.request_line, "the request")};
    found.ruled_out = {"user name and password: the server stops before it asks for them"};
    found.not_visible = {"whether the client has a fitting certificate and did not choose it",
                         "whether the server asked in the first handshake or later (some clients answer only "
                         "the first)"};
    found.consequence = "Nobody without a certificate gets in.";
    return found;
}

constexpr std::string_view kFix[] = {
    "install a certificate of an issuer that the server names, and let the client choose it",
    "clients of HTTP/2 and TLS 1.3 cannot be asked later: let the server ask at once (netsh http: "
    "clientcertnegotiation=enable)",
    "uploads: raise uploadReadAheadSize when the server asks only after the request has begun"};
constexpr Source kSources[] = {
    {"HTTP status codes in IIS",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/health-diagnostic-performance/"
     "http-status-code"},
    {"RFC 8446 4.6.2", "https://www.rfc-editor.org/rfc/rfc8446#section-4.6.2"}};

}  // namespace

extern constinit const Rule cert_4037_001{
    {.id = "CERT-4037-001",
     .title = "the server wants a client certificate, and the client showed none",
     .severity = Severity::Error,
     .explanation = "403.7: the site is set to require client certificates. What stands between client and "
                    "server and ends TLS cannot pass one on.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's page or log: only they say 403.7",
     .scene = "analysis/forbidden_test.cpp Cert4037001"},
    check};

}  // namespace why401
