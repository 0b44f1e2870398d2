#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (!c.now.refused() || !c.now.response_seen || c.now.answered_by_us || c.now.challenges().any())
        return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    // Somebody on the way may have taken the field out; nothing shows that, and nothing excludes it.
    const bool proxy = c.now.space == Space::Proxy;
    found.culprit = proxy                        ? Culprit::Intermediary
                    : c.now.intermediary.empty() ? Culprit::Server
                                                 : Culprit::Unknown;
    found.because =
        "The " + std::to_string(c.now.status) + " of " + name(c.now.id) + " carries no " +
        (c.now.space == Space::Proxy ? "Proxy-Authenticate" : "WWW-Authenticate") +
        " field, so the client cannot know what would be accepted" +
        (proxy ? "; the next proxy made it." : "; most likely an application on the server made it.");
    found.evidence = {proof(c.now.id, c.now.status_line, "a refusal without a challenge")};
    if (c.now.own_credentials() != nullptr)
        found.evidence.push_back(request_proof(c.now, "the credentials that were refused"));
    found.ruled_out = {"this proxy: the field was missing when the answer arrived"};
    found.not_visible = {"whether somebody before this proxy removed it"};
    if (!c.now.intermediary.empty()) {
        found.not_visible = {"whether somebody before this proxy removed it: the answer passed one (" +
                             printable(c.now.intermediary, 120) + ")"};
        if (c.now.intermediary_place)
            found.evidence.push_back(proof(c.now.id, *c.now.intermediary_place, "a mark of an intermediary"));
    }
    if (c.now.page.kind != PageKind::Other && c.now.page.kind != PageKind::None &&
        !c.now.page.hides_substatus())
        found.not_visible.push_back("the reason: the answer is " + std::string(describe(c.now.page.kind)));
    found.consequence = "No client can answer it; browsers show the error.";
    return found;
}

constexpr std::string_view kFix[] = {"send a challenge with every 401, or 403 when no login would help"};
constexpr Source kSources[] = {{"RFC 9110 15.5.2", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"}};

}  // namespace

extern constinit const Rule rfc_nochal_001{
    {.id = "RFC-NOCHAL-001",
     .title = "the server refused without saying what it wants",
     .severity = Severity::Warning,
     .explanation = "A 401 must carry at least one challenge (a 407 likewise). Without one it is a dead end.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of the response",
     .scene = "analysis/challenge_test.cpp RfcNochal001"},
    check};

}  // namespace why401
