#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What a ClientHello says in the clear.
std::string hello(const TlsFacts& tls) {
    std::string said;
    if (!tls.server_name.empty()) said += "for " + printable(tls.server_name, 120);
    if (!tls.alpn_offered.empty())
        said += (said.empty() ? "" : ", ") + ("offering " + printable(list(tls.alpn_offered), 120));
    return said.empty() ? "TLS" : "TLS " + said;
}

Verdict check(const Case& c) {
    if (!c.opaque_tunnel) return NotApplicable{};
    const TlsFactsPtr& tls = c.standing.client_tls;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because = "The client on " + name(c.now.client) + " opened a tunnel to " +
                    printable(c.now.url, 120) + " in " + name(c.now.id) +
                    ", and this proxy passed its bytes on without reading them" +
                    (tls ? ": " + hello(*tls) : std::string());
    if (c.carried)
        found.because += "; " + std::to_string(c.carried->from_client) + " bytes went to the server and " +
                         std::to_string(c.carried->to_client) + " came back";
    found.because += ".";
    found.evidence = {proof(c.now.id, c.now.request_line, "the request for a tunnel")};
    if (tls) found.evidence.push_back(tls_proof(c.now, Leg::Client, "its ClientHello: " + hello(*tls)));
    found.not_visible = {"every request, answer and login inside the tunnel"};
    found.consequence = "A 401 in there cannot be explained from this record.";
    found.first_fix = {"to see inside: why401 proxy --intercept " + host_of(c.now) +
                       ", or the switch in the page; the client must trust this proxy's authority"};
    return found;
}

constexpr std::string_view kFix[] = {
    "or `why401 open URL`: a browser of its own that trusts this proxy, and nothing else is changed",
    "where logins are bound to the certificate (Extended Protection) they fail when decrypted: then the "
    "server's own log for the time shown here is the place to look"};
constexpr Source kSources[] = {{"RFC 9110 9.3.6", "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6"}};

}  // namespace

extern constinit const Rule tunnel_opaque_001{
    {.id = "TUNNEL-OPAQUE-001",
     .title = "nobody here can say: what passed in a tunnel to this host was not read",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation = "Without interception a CONNECT tunnel is only bytes. What is not seen is not judged, "
                    "and this says so.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the CONNECT request and whether its tunnel stayed opaque",
     .scene = "`why401 proxy`, then any https site"},
    check};

}  // namespace why401
