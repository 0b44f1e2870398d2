#include "analysis/scheme_case.h"

namespace why401 {
namespace {

/// The client put what it knows into the server's field.
std::optional<Found> by_client(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.schemes->challenge_in_request || now.own_credentials() != nullptr) return std::nullopt;
    if (now.challenges().any() && !c.gave_up()) return std::nullopt;
    const bool proxy = now.space == Space::Proxy;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because =
        "The request of " + name(now.id) + " carries " + (proxy ? "Proxy-Authenticate" : "WWW-Authenticate") +
        ", which only a response may, and no " + (proxy ? "Proxy-Authorization" : "Authorization") +
        ": for " + keeper(now) + " it is a request without credentials.";
    found.evidence = {proof(now.id, *now.schemes->challenge_in_request, "a field of the other direction"),
                      answer_proof(now, "the refusal")};
    found.consequence = "What stands in that field is never looked at.";
    return found;
}

/// The server named its challenge wrong.
std::optional<Found> by_server(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.schemes->credentials_in_response || now.challenges().any()) return std::nullopt;
    const bool proxy = now.space == Space::Proxy;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because =
        "The " + std::to_string(now.status) + " of " + name(now.id) + " carries " +
        (proxy ? "Proxy-Authorization" : "Authorization") + ", which only a request may, and no " +
        (proxy ? "Proxy-Authenticate" : "WWW-Authenticate") + ": no client can see what is wanted.";
    found.evidence = {proof(now.id, *now.schemes->credentials_in_response, "a field of the other direction"),
                      proof(now.id, now.status_line, "a refusal without a challenge")};
    found.ruled_out = {"this proxy: the answer arrived so"};
    found.consequence = "No client can answer it; browsers show the error.";
    return found;
}

Verdict check(const Case& c) {
    if (!c.now.refused() || c.now.answered_by_us || !c.now.schemes) return NotApplicable{};
    if (auto found = by_client(c)) return *found;
    if (auto found = by_server(c)) return *found;
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "credentials go into Authorization, in the request; challenges into WWW-Authenticate, in the response"};
constexpr Source kSources[] = {{"RFC 9110 11.6", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6"}};

}  // namespace

extern constinit const Rule rfc_www_on_req_003{
    {.id = "RFC-WWW-ON-REQ-003",
     .title = "the field for the login has the name of the other direction, so nobody looks at it",
     .severity = Severity::Warning,
     .explanation =
         "WWW-Authenticate asks, Authorization answers. A message that carries the other's field says "
         "nothing.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of both messages",
     .scene = "analysis/header_syntax_test.cpp RfcWwwOnReq003"},
    check};

}  // namespace why401
