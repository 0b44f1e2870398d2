#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const auto& credentials = c.now.credentials[Space::Origin];
    if (c.opaque_tunnel || !c.now.plain_http || !credentials || credentials->view.basic() == nullptr)
        return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    const bool asked_for = c.now.challenges().offers("Basic") || (c.now.let_in() && !c.now.refused());
    found.culprit = asked_for ? Culprit::Server : Culprit::Client;
    found.because = "The password of " + who(credentials->view.user) + " for " + c.now.origin +
                    " travels readable in " + name(c.now.id) + "; Basic sends it with each request.";
    found.evidence = {proof(c.now.id, credentials->place, "base64 is not encryption")};
    found.consequence = "Anybody on the path can read and reuse the password.";
    return found;
}

constexpr std::string_view kFix[] = {"use https for this site; a server should offer Basic over https only",
                                     "change the password if others share the network"};
constexpr Source kSources[] = {{"RFC 7617 4", "https://www.rfc-editor.org/rfc/rfc7617#section-4"}};

}  // namespace

extern constinit const Rule basic_clear_004{
    {.id = "BASIC-CLEAR-004",
     .title = "passwords travel in the clear here",
     .severity = Severity::Critical,
     .kind = FindingKind::Posture,
     .explanation =
         "Basic sends the password with each request, and plain http lets everybody on the way read it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request",
     .scene = "`why401 proxy --lab`, then http://web01.lab.why401.test/basic/"},
    check};

}  // namespace why401
