#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// Schemes that a browser answers by itself, when the script lets it.
bool browser_answers(const ChallengeFacts& challenges) {
    return challenges.connection_based || challenges.offers("Basic") || challenges.offers("Digest");
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || now.status != 401 || !c.gave_up() || c.served_elsewhere())
        return NotApplicable{};
    const bool foreign = !now.web.origin.empty() && now.web.origin != now.origin;
    const bool navigation = now.method == "POST" && !now.web.scripted;  // of a form, with its page's Origin
    if (!foreign || navigation || now.method == "OPTIONS" || !now.web.cookies.empty()) return NotApplicable{};
    if (!browser_answers(now.challenges())) return NotApplicable{};
    const std::string page =
        now.web.origin == "null" ? "a page without an origin" : printable(now.web.origin, 120);
    Found found;
    found.culprit = Culprit::Client;
    found.because = "A script of " + page + " called " + printable(now.url, 160) + " in " + name(now.id) +
                    " without credentials and without cookies, the server offered " +
                    offered(now.challenges()) +
                    ", and the browser, which knows how to answer that, did not: it may only when the script "
                    "says so.";
    found.evidence = {proof(now.id, now.web.origin_place, "the script's own site is another one"),
                      answer_proof(now, "what the browser could have answered")};
    found.ruled_out = {"a wrong password: none was sent"};
    found.not_visible = {"what the script asked for: its credentials mode is not sent",
                         "whether the browser knows a login for this site, or its user cancelled"};
    found.consequence = "The same address works in a tab of its own and fails in the script.";
    return found;
}

constexpr std::string_view kFix[] = {
    "in the script: credentials: 'include' (fetch), withCredentials = true (XMLHttpRequest)",
    "at the server: Access-Control-Allow-Credentials: true, and the calling site by name in "
    "Access-Control-Allow-Origin, not *"};
constexpr Source kSources[] = {
    {"Fetch standard, credentials mode", "https://fetch.spec.whatwg.org/#concept-request-credentials-mode"},
    {"Fetch standard, CORS protocol and credentials",
     "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"}};

}  // namespace

extern constinit const Rule cors_cred_002{
    {.id = "CORS-CRED-002",
     .title = "a script called another site without permission to log in there",
     .severity = Severity::Error,
     .explanation = "A script that calls another site sends no cookies and answers no login unless it asks "
                    "for both (credentials: 'include'), and unless the server allows it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's Origin, and what the client did next",
     .scene = "analysis/script_test.cpp CorsCred002"},
    check};

}  // namespace why401
