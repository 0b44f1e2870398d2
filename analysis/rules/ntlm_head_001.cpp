#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (c.opaque_tunnel || (now.step() != Step::Negotiate && now.step() != Step::Authenticate))
        return NotApplicable{};
    if (now.method != "HEAD" && now.method != "OPTIONS") return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because =
        "The client logs in with " + now.method + " requests (" + name(now.id) + ")" +
        (now.method == "HEAD" ? ", whose answers announce a length and carry nothing."
                              : ", which some servers and filters answer without asking for a login.");
    found.evidence = {proof(now.id, now.request_line, now.method),
                      request_proof(now, now.step() == Step::Negotiate ? "NEGOTIATE" : "AUTHENTICATE")};
    found.consequence =
        now.method == "HEAD"
            ? "A proxy or a tool that waits for the content of the 401 hangs in the middle of the login."
            : "The login may stay undone, and the request that follows is refused.";
    return found;
}

constexpr std::string_view kFix[] = {"nothing, as long as it works; else log in with a GET"};
constexpr Source kSources[] = {{"RFC 9112 6.3", "https://www.rfc-editor.org/rfc/rfc9112#section-6.3"}};

}  // namespace

extern constinit const Rule ntlm_head_001{
    {.id = "NTLM-HEAD-001",
     .title = "a client logs in with requests that have no content in their answers",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation =
         "The answer to HEAD has the fields of a page and no page. Whoever counts its bytes by its "
         "Content-Length waits for ever.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request",
     .scene = "analysis/ntlm_upload_test.cpp NtlmHead001"},
    check};

}  // namespace why401
