#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    const bool missing = schemes.says(TokenFault::Missing);
    if (schemes.token_words && !missing) return NotApplicable{};
    const OfferedChallenge* offered = schemes.of("Bearer");
    if (offered == nullptr && !missing)
        return c.now.challenges().any() ? Verdict{NotApplicable{}}
                                        : Verdict{CannotTell{"a challenge of the server"}};
    if (offered != nullptr && offered->challenge.param("error") != nullptr && !missing)
        return NotApplicable{};
    Found found;
    found.confidence = missing && !c.now.intermediary.empty() ? Confidence::Likely : Confidence::Possible;
    found.culprit = missing && !c.now.intermediary.empty() ? Culprit::Intermediary : Culprit::Unknown;
    found.because =
        "The request of " + name(c.now.id) + " carried a bearer token, and the server answered as if " +
        (missing ? std::string("there had been none.")
                 : "there had been none: its challenge names no error, which RFC 6750 wants for a token "
                   "that was looked at.");
    found.evidence = {request_proof(c.now, "a token was sent"),
                      challenge_proof(c.now, "Bearer", "no error is named")};
    if (missing) found.evidence.push_back(said_proof(c.now));
    if (!c.now.intermediary.empty() && c.now.intermediary_place)
        found.evidence.push_back(proof(c.now.id, *c.now.intermediary_place, "somebody stands between"));
    found.ruled_out = {"this proxy: it passed the token on"};
    found.not_visible = {
        "whether the token reached the application: a gateway in front may drop the field",
        "whether the application tried another scheme first, or looks for its token elsewhere",
        "whether it refuses the token and is only silent about it"};
    found.consequence = "A new token need not help.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at the server whether Authorization arrives there (its log, a debug page)",
    "ASP.NET Core: UseAuthentication before UseAuthorization, and the bearer scheme as the default one",
    "Apache in front of an application: CGIPassAuth On, or pass the field on"};
constexpr Source kSources[] = {{"RFC 6750 3.1", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1"}};

}  // namespace

extern constinit const Rule bearer_noerr_007{
    {.id = "BEARER-NOERR-007",
     .title = "the server behaves as if it had seen no token",
     .severity = Severity::Error,
     .explanation =
         "A server that looked at a token and refused it says invalid_token. A bare challenge is what it "
         "sends when it saw none.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's token and the server's challenge",
     .scene = "analysis/bearer_form_test.cpp BearerNoerr007"},
    check};

}  // namespace why401
