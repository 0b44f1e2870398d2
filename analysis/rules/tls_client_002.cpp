#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::string_view kDistrusts = "client-distrusts-ca";

Verdict check(const Case& c) {
    const TlsFactsPtr& tls = c.standing.client_tls;
    if (c.now.method != "CONNECT" || !tls || !tls->refusal || tls->refusal->check != kDistrusts)
        return NotApplicable{};
    // The set-up page lets browsers try this: whether they trust us yet is its answer.
    if (same_name(host_of(c.now), "why401.test")) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::ThisProxy;
    const std::string program = printable(c.now.user_agent, 80);
    found.because = "The client on " + name(c.now.client) +
                    (program.empty() ? std::string() : " (" + program + ")") + " asked for " +
                    printable(c.now.url, 120) + " in " + name(c.now.id) +
                    ", was shown a certificate of this proxy, and ended TLS because of it: it does not trust "
                    "this proxy's authority.";
    found.evidence = {
        proof(c.now.id, c.now.request_line, "the request for a tunnel"),
        tls_proof(c.now, Leg::Client,
                  printable(tls->refusal->what, 200) +
                      (tls->certificate ? "; shown was " + describe(*tls->certificate) : std::string()))};
    found.ruled_out = {"the server: it was not asked", "the login: the client sent nothing"};
    found.not_visible = {
        "whether the program keeps a list of trusted certificates of its own, or pins this "
        "host's"};
    found.consequence = "This program gets nothing from this host while this proxy decrypts it.";
    found.first_fix = {"pass this host undecrypted: why401 proxy --tunnel " + host_of(c.now) +
                       ", or the switch in the page"};
    return found;
}

constexpr std::string_view kFix[] = {
    "or let the program trust this proxy's authority: http://why401.test/ through the proxy shows the steps, "
    "and "
    "`why401 ca` too",
    "or start it with `why401 open` or `why401 run --`, which give it that trust for itself alone"};
constexpr Source kSources[] = {
    {"RFC 8446 6.2 (unknown_ca)", "https://www.rfc-editor.org/rfc/rfc8446#section-6.2"}};

}  // namespace

extern constinit const Rule tls_client_002{
    {.id = "TLS-CLIENT-002",
     .title = "the client does not trust this proxy's authority, so it sent nothing",
     .severity = Severity::Error,
     .explanation = "To decrypt, this proxy shows a certificate that its own local authority vouches for. A "
                    "program that does not know that authority must refuse it, and does.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the CONNECT request and how TLS on its connection ended"},
    check};

}  // namespace why401
