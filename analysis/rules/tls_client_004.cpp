#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// The failures of a client's TLS that are not about our certificate, nor about a client that left.
constexpr std::string_view kNoAgreement[] = {"old-protocol", "no-common-cipher", "no-common-protocol",
                                             "weak-dh"};

Verdict check(const Case& c) {
    const TlsFactsPtr& tls = c.standing.client_tls;
    if (c.now.method != "CONNECT" || !tls || !tls->refusal) return NotApplicable{};
    bool known = false;
    for (const std::string_view one : kNoAgreement) known = known || tls->refusal->check == one;
    if (!known) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    if (tls->refusal->check == "no-common-protocol")
        found.culprit = Culprit::ThisProxy;  // HTTP/1.1 only, here
    found.because = "The client on " + name(c.now.client) + " asked for " + printable(c.now.url, 120) +
                    " in " + name(c.now.id) +
                    " and could not agree on TLS with this proxy: " + printable(tls->refusal->what, 200) +
                    ".";
    found.evidence = {proof(c.now.id, c.now.request_line, "the request for a tunnel"),
                      tls_proof(c.now, Leg::Client, "check " + tls->refusal->check)};
    found.ruled_out = {"the login: the client sent nothing"};
    found.consequence = "This program gets nothing from this host while this proxy decrypts it.";
    found.first_fix = {tunnel_advice(c.now)};
    return found;
}

constexpr std::string_view kFix[] = {"or let the client speak TLS 1.2 or 1.3, and HTTP/1.1"};
constexpr Source kSources[] = {{"RFC 8996", "https://www.rfc-editor.org/rfc/rfc8996"},
                               {"RFC 7301 3.2", "https://www.rfc-editor.org/rfc/rfc7301#section-3.2"}};

}  // namespace

extern constinit const Rule tls_client_004{
    {.id = "TLS-CLIENT-004",
     .title = "the client and this proxy could not agree on TLS, so it sent nothing",
     .severity = Severity::Error,
     .explanation =
         "A proxy that decrypts speaks TLS 1.2 and 1.3 and HTTP/1.1 with its clients. What a client "
         "demands beyond that, it could have had from the server itself.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the CONNECT request and how TLS on its connection ended",
     .scene = "analysis/tunnel_test.cpp TlsClient004"},
    check};

}  // namespace why401
