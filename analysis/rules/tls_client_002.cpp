#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

// It says so; it says only that it does not want this certificate. One that leaves without a word at the
// sight of it (client-left) is told of by nobody: browsers leave connections that they opened in advance and
// do not need.
constexpr std::string_view kDistrusts = "client-distrusts-ca", kRefuses = "client-refuses-certificate";

std::string what_it_did(std::string_view check) {
    if (check == kDistrusts)
        return "ended TLS because it does not know its issuer: it does not trust this proxy's authority.";
    return "ended TLS because of it: most often that is distrust of this proxy's authority.";
}

Verdict judge(const Case& c) {
    const TlsFactsPtr& tls = c.standing.client_tls;
    if (c.now.method != "CONNECT" || !tls || !tls->refusal) return NotApplicable{};
    const std::string& check = tls->refusal->check;
    if (check != kDistrusts && check != kRefuses) return NotApplicable{};
    // The set-up page lets browsers try this: whether they trust us yet is its answer.
    if (same_name(host_of(c.now), "why401.test")) return NotApplicable{};
    Found found;
    found.confidence = check == kDistrusts ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::ThisProxy;
    const std::string program = printable(c.now.user_agent, 80);
    found.because = "The client on " + name(c.now.client) +
                    (program.empty() ? std::string() : " (" + program + ")") + " asked for " +
                    printable(c.now.url, 120) + " in " + name(c.now.id) +
                    ", was shown a certificate of this proxy, and " + what_it_did(check);
    found.evidence = {
        proof(c.now.id, c.now.request_line, "the request for a tunnel"),
        tls_proof(c.now, Leg::Client,
                  printable(tls->refusal->what, 200) +
                      (tls->certificate ? "; shown was " + describe(*tls->certificate) : std::string()))};
    found.ruled_out = {"the server: its TLS had been accepted, and nothing was asked of it",
                       "the login: the client sent nothing"};
    found.not_visible = {
        "whether the program keeps a list of trusted certificates of its own, or pins this "
        "host's"};
    found.consequence = "This program gets nothing from this host while this proxy decrypts it.";
    found.first_fix = {tunnel_advice(c.now)};
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
     .needs = "the CONNECT request and how TLS on its connection ended",
     .scene = "`why401 proxy --intercept all`, then curl without --cacert at an https site"},
    judge};

}  // namespace why401
