#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.space != Space::Proxy || c.now.answered_by_us) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    if (c.now.status == 407) {
        const bool leg =
            c.now.step() == Step::None || (c.now.step() == Step::Negotiate && c.now.challenges().ntlm);
        if (!leg || !c.now.challenges().any()) return NotApplicable{};
        if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
        if (c.served_elsewhere()) {
            found.because = "The client did not answer " + name(c.now.id) + ": it got the same page in " +
                            name(c.sequel.served) + ".";
            return found;
        }
        if (c.gave_up() && c.now.web.browser && c.now.web.part_of_page && (c.now.web.icon || c.around.told)) {
            found.because =
                "Part of a page, refused by the proxy in " + name(c.now.id) +
                (c.around.told ? " as another of the same load was (" + name(*c.around.told) + ")."
                               : ": the site's icon, for which nobody is asked to log in.");
            return found;
        }
        if (!c.answered()) return NotApplicable{};
        found.because = "The next proxy asked for a login in " + name(c.now.id) +
                        ", and the client answered in " + name(c.sequel.by) + ".";
        found.evidence = {answer_proof(c.now, "the proxy's challenge")};
        return found;
    }
    if (!c.now.let_in() || c.now.step() == Step::Negotiate) return NotApplicable{};
    found.because = "The next proxy accepted the credentials of " + name(c.now.id) + ".";
    found.evidence = {request_proof(c.now, "credentials for the proxy")};
    return found;
}

constexpr std::string_view kFix[] = {"nothing to fix"};
constexpr Source kSources[] = {{"RFC 9110 11.7", "https://www.rfc-editor.org/rfc/rfc9110#section-11.7"}};

}  // namespace

extern constinit const Rule norm_proxy_006{
    {.id = "NORM-PROXY-006",
     .title = "a proxy, not the site, asked for a login, and got one",
     .severity = Severity::Info,
     .explanation = "407 is the proxy's way to ask who is there. It works as 401 does, one hop at a time.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request that follows",
     .scene = "analysis/proxy_door_test.cpp NormProxy006"},
    check};

}  // namespace why401
