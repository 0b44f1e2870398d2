#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us) return NotApplicable{};
    if (now.method == "OPTIONS" && !now.request_seen)
        return CannotTell{"the request's fields: Origin and Access-Control-Request-Method make a preflight"};
    if (!now.web.preflight) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because = "A script of " + printable(now.web.origin, 120) + " wants to call " +
                    printable(now.url, 160) + "; its browser asked first in " + name(now.id) +
                    " whether it may (OPTIONS), without credentials as it must, and " + answer(c) + ".";
    found.evidence = {proof(now.id, now.web.preflight_place, "this makes it a preflight"),
                      proof(now.id, now.web.origin_place, "the page that the script belongs to"),
                      answer_proof(now, "a login is asked for where none can be given")};
    found.ruled_out = {"a wrong password: a browser sends no credentials with a preflight, whatever it knows",
                       "this proxy: the request came without credentials"};
    found.consequence =
        "The browser never sends the call itself; its console speaks of CORS, not of a login.";
    return found;
}

constexpr std::string_view kFix[] = {"answer OPTIONS before any login is asked for (IIS: the CORS module)",
                                     "or let strangers use the verb OPTIONS, and no other, at this address"};
constexpr Source kSources[] = {
    {"Fetch standard, CORS-preflight fetch", "https://fetch.spec.whatwg.org/#cors-preflight-fetch"},
    {"IIS CORS module reference",
     "https://learn.microsoft.com/en-us/iis/extensions/cors-module/cors-module-configuration-reference"}};

}  // namespace

extern constinit const Rule cors_preflight_001{
    {.id = "CORS-PREFLIGHT-001",
     .title = "the browser's question before a call to another site (a CORS preflight) needs a login",
     .severity = Severity::Error,
     .explanation =
         "Before a script may call another site in a way that plain pages cannot, the browser asks "
         "that site with OPTIONS. This question never carries credentials, so a server that wants a "
         "login for it can never be called so.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's fields",
     .scene = "analysis/script_test.cpp CorsPreflight001"},
    check};

}  // namespace why401
