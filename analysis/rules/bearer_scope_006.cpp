#include "analysis/scheme_case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// The error of a challenge, in the server's own word.
const http_auth::Param* error_of(const SchemeFacts& schemes, const OfferedChallenge*& in) {
    for (const OfferedChallenge& one : schemes.offered)
        if (const http_auth::Param* error = one.challenge.param("error")) {
            in = &one;
            return error;
        }
    return nullptr;
}

/// What it means; empty for errors that are no matter of this rule.
std::string_view meaning_of(std::string_view error, int status) {
    if (same_name(error, "insufficient_scope")) return "the token is good, but does not permit this";
    if (same_name(error, "insufficient_user_authentication") || same_name(error, "insufficient_claims"))
        return "the token is good, but the user must log in again in a stronger way first";
    if (same_name(error, "invalid_request") && status == 400) return "the request itself is malformed";
    return {};
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (own == nullptr || !now.schemes || now.answered_by_us || now.space == Space::Proxy)
        return NotApplicable{};
    if (!now.refused() && now.status != 403 && now.status != 400) return NotApplicable{};
    if (!own->view.is("Bearer") && !own->view.is("DPoP")) return NotApplicable{};
    const OfferedChallenge* offered = nullptr;
    const http_auth::Param* error = error_of(*now.schemes, offered);
    if (error == nullptr) return NotApplicable{};
    const std::string_view meaning = meaning_of(error->value, now.status);
    if (meaning.empty()) return NotApplicable{};
    const std::string_view wanted = offered->challenge.value("scope");
    const auto* token = own->view.bearer();
    const std::string held = token != nullptr ? token->said.scope : std::string();
    // Registries hand a narrow token out for each piece of work, and the client simply fetches the next one.
    const bool registry = !offered->challenge.value("service").empty() && !wanted.empty() && now.refused();
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    if (registry) found.severity = Severity::Info;
    found.because = "The server answered " + name(now.id) + " with " + std::to_string(now.status) +
                    " and error=\"" + printable(error->value, 60) + "\": " + std::string(meaning) +
                    (wanted.empty() ? "" : "; it wants the scope \"" + printable(wanted, 120) + "\"") +
                    (held.empty() ? "." : ", the token says \"" + printable(held, 120) + "\".");
    found.evidence = {
        proof(now.id, offered->of(*error), "the server's own word"),
        request_proof(now, held.empty() ? "the token" : "a token that says " + printable(held, 120))};
    if (const http_auth::Param* words = offered->challenge.param("error_description"))
        found.evidence.push_back(proof(now.id, offered->of(*words), printable(words->value, 200)));
    found.ruled_out = {"an expired or unknown token: that is invalid_token"};
    if (held.empty()) found.not_visible = {"what the token permits: only its issuer can read it"};
    found.consequence = registry ? "The client fetches a wider token and asks again."
                                 : "Other requests with the same token may well work.";
    return found;
}

constexpr std::string_view kFix[] = {
    "ask the token's issuer for the scope that is named here, and let user or administrator consent to it",
    "invalid_request: send the token in one way only, and no parameter twice"};
constexpr Source kSources[] = {{"RFC 6750 3.1", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1"},
                               {"RFC 9470 3", "https://www.rfc-editor.org/rfc/rfc9470#section-3"}};

}  // namespace

extern constinit const Rule bearer_scope_006{
    {.id = "BEARER-SCOPE-006",
     .title = "the token is not enough for this request",
     .severity = Severity::Error,
     .explanation =
         "The server knows the token and says what is missing: a scope, a stronger login, or a request "
         "it can read.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's challenge, also of a 403 or 400",
     .scene = "analysis/bearer_form_test.cpp BearerScope006"},
    check};

}  // namespace why401
