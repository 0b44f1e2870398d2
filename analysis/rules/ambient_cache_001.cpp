#include "analysis/scheme_case.h"

namespace why401 {
namespace {

/// Every browser's name begins so, and hardly any other program's.
bool is_browser(const ExchangeFacts& facts) { return facts.user_agent.starts_with("Mozilla/5.0 ("); }

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Basic");
    if (own == nullptr || own->view.basic() == nullptr || c.now.space == Space::Proxy) return NotApplicable{};
    if (!is_browser(c.now) || !c.now.challenges().offers("Basic")) return NotApplicable{};
    if (c.history.accepted || !c.history.refusals.empty()) return NotApplicable{};
    if (c.history.offer || c.history.folder_asks_for_login)
        return NotApplicable{};  // it was asked: somebody may just have typed it
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because =
        "The browser sent the user name and password of " + who(printable(c.now.user(), 80)) + " in " +
        name(c.now.id) +
        " before this record saw the site ask for them, so they come from its memory, and the server "
        "refused them.";
    found.evidence = {request_proof(c.now, "sent unasked"), answer_proof(c.now, "asks now")};
    found.not_visible = {"what happened before the record began",
                         "whether a script of the page, or a user name in the address, put them there"};
    found.consequence = "The browser keeps sending them until it forgets them.";
    return found;
}

constexpr std::string_view kFix[] = {
    "close all windows of the browser, or use a private one, and log in anew",
    "remove what the browser or Windows (Credential Manager) has saved for this site"};
constexpr Source kSources[] = {{"RFC 7617 2.2", "https://www.rfc-editor.org/rfc/rfc7617#section-2.2"}};

}  // namespace

extern constinit const Rule ambient_cache_001{
    {.id = "AMBIENT-CACHE-001",
     .title = "the browser sent saved credentials unasked, and they are no longer good",
     .severity = Severity::Warning,
     .explanation =
         "A browser remembers user and password of a site until it is closed, and sends them with every "
         "request there.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the requests to this folder before it",
     .scene = "analysis/basic_test.cpp AmbientCache001"},
    check};

}  // namespace why401
