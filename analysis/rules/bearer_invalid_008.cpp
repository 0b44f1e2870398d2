#include "analysis/scheme_case.h"
#include "wire/ascii.h"
#include "wire/utc.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    const OfferedChallenge* offered = schemes.of("Bearer");
    const http_auth::Param* error = offered != nullptr ? offered->challenge.param("error") : nullptr;
    const bool revoked = schemes.says(TokenFault::Revoked);
    if (error == nullptr && !revoked)
        return offered == nullptr ? Verdict{CannotTell{"the server's own word about the token"}}
                                  : Verdict{NotApplicable{}};
    const jwt::Said& said = own->view.bearer()->said;
    Found found;
    found.confidence = revoked ? Confidence::Certain : Confidence::Likely;
    found.because = "The server refused the token of " + name(c.now.id) +
                    (revoked ? ": it was taken back, or the session behind it is over."
                             : " as \"" + printable(error->value, 60) + "\" and does not say why.");
    found.evidence = {request_proof(c.now, "the token")};
    if (revoked) found.evidence.push_back(said_proof(c.now));
    if (error != nullptr) {
        found.evidence.push_back(proof(c.now.id, offered->of(*error), "the server's own word"));
        if (const auto* words = offered->challenge.param("error_description"))
            found.evidence.push_back(proof(c.now.id, offered->of(*words), printable(words->value, 200)));
    }
    const Clocks clocks = clocks_of(c.now);
    const auto now = clocks.deciding();
    if (said.exp && now && *said.exp > *now)
        found.ruled_out = {"an expired token: it says " + utc_second(*said.exp)};
    if (!revoked)
        found.not_visible = {
            "which of these it is: taken back, unknown to this server, signed with another key, or "
            "made for another service"};
    if (clocks.disagree())
        found.not_visible.push_back("which clock is right: the token's times are judged " +
                                    tell_clocks(clocks));
    found.consequence = "The client needs another token.";
    return found;
}

constexpr std::string_view kFix[] = {
    "get a new token and compare: if that one is refused too, look at issuer, audience and key",
    "look into the log of the server or of its gateway: it names the reason that the answer leaves out"};
constexpr Source kSources[] = {{"RFC 6750 3.1", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1"}};

}  // namespace

extern constinit const Rule bearer_invalid_008{
    {.id = "BEARER-INVALID-008",
     .title = "the server calls the token invalid, and says no more",
     .severity = Severity::Error,
     .explanation = "invalid_token stands for many reasons. Servers often keep the reason to themselves.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's challenge",
     .scene = "analysis/bearer_form_test.cpp BearerInvalid008"},
    check};

}  // namespace why401
