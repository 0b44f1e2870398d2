#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (auto found = basic_denied_in_log(c)) return *std::move(found);
    const CredentialFacts* own = c.now.own_credentials();
    if (c.now.status != 401 || own == nullptr || own->view.basic() == nullptr) return NotApplicable{};
    if (!c.now.challenges().offers("Basic"))
        return NotApplicable{};  // then the scheme is not accepted, whatever the password
    if (c.now.answered_by_us) return NotApplicable{};
    const bool worked = c.history.accepted_same;
    Found found;
    found.confidence = worked ? Confidence::Possible : Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The server refused user name and password of " + who(c.now.user()) + " in " +
                    name(c.now.id) +
                    (worked ? ", although " + name(*c.history.accepted) + " had been let in."
                            : " and asks for Basic again.");
    found.evidence = {request_proof(c.now, "user " + who(c.now.user())), answer_proof(c.now, "asks again")};
    found.ruled_out = {"a lost login: Basic travels with every request"};
    found.not_visible = {"which of the two is wrong: the server's log may say (win32 code 1326)"};
    if (c.now.server == ServerKind::Apache)
        found.not_visible.push_back("whether the user may open this page: Apache says 401 to that as well");
    if (c.now.page.kind == PageKind::Compressed)
        found.not_visible.push_back("the page: its body was compressed");
    found.consequence = "The client asks for a password again.";
    return found;
}

constexpr std::string_view kFix[] = {
    "check user name and password; on Windows try DOMAIN\\user",
    "IIS: look at the default domain of Basic authentication and at the right to log on"};
constexpr Source kSources[] = {{"RFC 7617 2", "https://www.rfc-editor.org/rfc/rfc7617#section-2"}};

}  // namespace

extern constinit const Rule basic_bad_001{
    {.id = "BASIC-BAD-001",
     .title = "the server refused the user name or password",
     .severity = Severity::Error,
     .explanation = "A request with Basic credentials was answered with another Basic challenge.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials and the answer",
     .scene = "curl --user alice:wrong through why401 proxy --lab at http://web01.lab.why401.test/basic/"},
    check};

}  // namespace why401
