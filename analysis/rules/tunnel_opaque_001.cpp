#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (!c.opaque_tunnel) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because = "The client on " + name(c.now.client) + " opened a tunnel to " +
                    printable(c.now.url, 120) + " in " + name(c.now.id) +
                    ", and this proxy passed its bytes on without reading them.";
    found.evidence = {proof(c.now.id, c.now.request_line, "the request for a tunnel")};
    found.not_visible = {"every request, answer and login inside the tunnel"};
    found.consequence = "A 401 in there cannot be explained from this record.";
    return found;
}

constexpr std::string_view kFix[] = {
    "this version does not decrypt https: where the server has a plain http address too, reproduce the login "
    "there",
    "or look at the server's own log for the time shown here"};
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
     .needs = "the CONNECT request and whether its tunnel stayed opaque"},
    check};

}  // namespace why401
