#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.schemes || now.answered_by_us || c.recognised()) return NotApplicable{};
    if (!now.refused() && now.status != 400) return NotApplicable{};
    const SchemeFacts& schemes = *now.schemes;
    const bool lines = schemes.credential_lines.size() > 1;
    if (!lines && !schemes.after_comma) return NotApplicable{};
    if (!now.credentials_reached_server[now.space]) return NotApplicable{};
    const char* field = now.space == Space::Proxy ? "Proxy-Authorization" : "Authorization";
    const bool twins = lines && !schemes.lines_differ && !schemes.after_comma;
    Found found;
    // The same line twice may still be read as one.
    found.confidence = twins ? Confidence::Likely : Confidence::Certain;
    found.culprit = now.via_received ? Culprit::Unknown : Culprit::Client;
    found.because = "The request of " + name(now.id) + " has " +
                    (lines ? std::to_string(schemes.credential_lines.size()) + " " + field + " fields" +
                                 (twins ? " with the same value" : " with different values")
                           : std::string("two sets of credentials in one ") + field + " field") +
                    ", where only one may stand; " + keeper(now) + " answered " + std::to_string(now.status) +
                    ".";
    found.evidence = {proof(now.id, schemes.credential_lines.front(), "the first credentials")};
    if (lines) found.evidence.push_back(proof(now.id, schemes.credential_lines[1], "and others"));
    if (schemes.after_comma)
        found.evidence.push_back(proof(now.id, *schemes.after_comma, "and others after a comma"));
    found.ruled_out = {"this proxy: both came from the client"};
    found.not_visible = {"which of them " + keeper(now) +
                         " looked at: some take the first, some the last, some refuse both"};
    found.consequence = "Whether it works depends on which one the server happens to read.";
    return found;
}

constexpr std::string_view kFix[] = {
    "send one Authorization field only: look for a second place in the client that sets it (a default header "
    "beside the login of the HTTP library)",
    "a gateway in front that adds its own credentials must replace the client's, not add to them"};
constexpr Source kSources[] = {{"RFC 9110 11.6.2", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2"},
                               {"RFC 9110 5.3", "https://www.rfc-editor.org/rfc/rfc9110#section-5.3"}};

}  // namespace

extern constinit const Rule rfc_multiauth_004{
    {.id = "RFC-MULTIAUTH-004",
     .title = "the request carries two sets of credentials, and a server takes only one",
     .severity = Severity::Error,
     .explanation =
         "Authorization is no list: a request has one, or none. With two of them every server does "
         "as it likes.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of the request",
     .scene = "analysis/header_syntax_test.cpp RfcMultiauth004"},
    check};

}  // namespace why401
