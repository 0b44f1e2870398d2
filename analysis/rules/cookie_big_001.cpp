#include <algorithm>

#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kMany = 4'096;
constexpr std::size_t kFieldLimit = 16'000;  // http.sys: MaxFieldLength 16384

/// What a login that never ends leaves behind, one more with each round.
std::size_t left_by_logins(const WebFacts& web) {
    return static_cast<std::size_t>(
        std::count_if(web.cookies.begin(), web.cookies.end(), [](const std::string& name) {
            for (const std::string_view mark :
                 {"nonce", "Nonce", "Correlation", "correlation", "OpenIdConnect", "MSISSamlRequest"})
                if (name.find(mark) != std::string::npos) return true;
            return false;
        }));
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const WebFacts& web = now.web;
    if (!web.touches_login || now.answered_by_us || now.status < 400 || now.status == 403)
        return NotApplicable{};
    if (web.cookie_bytes < kMany || web.cookie_bytes * 2 < web.head_bytes) return NotApplicable{};
    const bool guess = now.status == 400 && web.head_bytes > kFieldLimit;
    if (!now.page.long_fields && !guess) {
        if (now.page.kind != PageKind::Compressed) return NotApplicable{};
        return CannotTell{"the page: its body was compressed"};
    }
    const std::size_t rounds = left_by_logins(web);
    Found found;
    found.confidence = now.page.long_fields ? Confidence::Certain : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because =
        "The request of " + name(now.id) + " carries " + std::to_string(web.cookies.size()) + " cookies of " +
        std::to_string(web.cookie_bytes) + " bytes, out of " + std::to_string(web.head_bytes) +
        " bytes of request line and fields, and the server answered " + std::to_string(now.status) +
        (now.page.long_fields ? ": its fields are too long." : ", as servers do when fields are too long.");
    if (rounds > 2)
        found.because += " " + std::to_string(rounds) +
                         " of them belong to logins that were begun and never ended (" +
                         printable(web.cookies.back(), 60) + " and its like).";
    found.evidence = {proof(now.id, web.cookie_place, std::to_string(web.cookie_bytes) + " bytes of cookies"),
                      proof(now.id, now.status_line, "the server's refusal")};
    found.ruled_out = {"a large Kerberos ticket: the cookies are the greater part"};
    if (!now.page.long_fields) found.not_visible = {"the server's reason: it does not say one"};
    found.consequence = "Every request of this browser to this site fails until the cookies are gone.";
    return found;
}

constexpr std::string_view kFix[] = {
    "delete the cookies of this site in the browser",
    "end what makes them: a login that goes round in circles leaves one behind each time (FORM-LOOP-002)",
    "only then raise the limit (http.sys: MaxFieldLength and MaxRequestBytes; nginx: "
    "large_client_header_buffers)"};
constexpr Source kSources[] = {
    {"RFC 6585 5", "https://www.rfc-editor.org/rfc/rfc6585#section-5"},
    {"Http.sys registry settings for Windows",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/iisadmin-service-inetinfo/"
     "httpsys-registry-windows"}};

}  // namespace

extern constinit const Rule cookie_big_001{
    {.id = "COOKIE-BIG-001",
     .title = "the cookies have become longer than the server takes",
     .severity = Severity::Error,
     .explanation = "A server limits how long a request's fields may be. Cookies that pile up, most often "
                    "those of logins that were begun again and again, go beyond it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's fields and the server's page",
     .scene = "analysis/form_test.cpp CookieBig001"},
    check};

}  // namespace why401
