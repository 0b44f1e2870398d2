#include "analysis/scheme_case.h"
#include "wire/utc.h"

namespace why401 {
namespace {

constexpr std::int64_t kTolerated = 300;  // seconds that .NET and others let pass by default

/// The server gave another reason, or none that would be another.
bool may_be_lifetime(const SchemeFacts& schemes) {
    return !schemes.token_words || schemes.says(TokenFault::Expired) || schemes.says(TokenFault::Lifetime);
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    if (!may_be_lifetime(schemes)) return NotApplicable{};
    const bool stated = schemes.says(TokenFault::Expired);
    const auto& exp = own->view.bearer()->said.exp;
    const Clocks clocks = clocks_of(c.now);
    const auto now = clocks.deciding();
    if (!stated && !exp) {
        if (own->view.bearer()->is_jwe || !own->view.bearer()->is_jwt)
            return CannotTell{"the token's own claims: it cannot be read from outside"};
        return NotApplicable{};
    }
    if (!stated && !now) return CannotTell{"the time of the request"};
    const bool over = exp && now && *exp <= *now;
    if (!stated && !over) return NotApplicable{};
    Found found;
    const bool beyond_doubt = stated ? schemes.said_in_challenge || over : *now - *exp > kTolerated;
    found.confidence =
        beyond_doubt && (stated || !clocks.disagree()) ? Confidence::Certain : Confidence::Likely;
    // Good by our clock and expired by the server's: one of the two clocks is wrong, and not the client.
    const bool by_ours = exp && clocks.record && *exp > *clocks.record + kTolerated;
    found.culprit = by_ours ? Culprit::Unknown : Culprit::Client;
    found.because = "The token of " + name(c.now.id) +
                    (c.now.user().empty() ? std::string() : ", of " + printable(c.now.user(), 80) + ",");
    if (over)
        found.because += " expired at " + utc_second(*exp) + ", " + span(*now - *exp) +
                         " before the request, " + tell_clocks(clocks) + ".";
    else
        found.because += " has expired, says the server" +
                         (exp ? ", although it is good until " + utc_second(*exp) + " " + tell_clocks(clocks)
                              : std::string()) +
                         ".";
    found.evidence = {request_proof(c.now, exp ? "a token that says exp " + utc_second(*exp) : "the token")};
    if (stated) found.evidence.push_back(said_proof(c.now));
    found.evidence.push_back(answer_proof(c.now, "the refusal"));
    if (!stated) found.not_visible.push_back("the server's reason in its own words: it gives none");
    if (clocks.disagree()) found.not_visible.push_back("which of the two clocks is right");
    if (over && *now - *exp <= kTolerated)
        found.not_visible.push_back("how much lateness this server lets pass: five minutes are common");
    found.consequence = "Every request with this token is refused from now on.";
    return found;
}

constexpr std::string_view kFix[] = {
    "get a new token (refresh it some minutes before it expires), and let the client try again once after "
    "such a 401",
    "if tokens expire too early: compare the clocks of issuer, client and server"};
constexpr Source kSources[] = {{"RFC 7519 4.1.4", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"},
                               {"RFC 6750 3.1", "https://www.rfc-editor.org/rfc/rfc6750#section-3.1"}};

}  // namespace

extern constinit const Rule bearer_exp_001{
    {.id = "BEARER-EXP-001",
     .title = "the token has expired",
     .severity = Severity::Error,
     .explanation = "A token is good for minutes or hours. After that the client has to get another one.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the token's claims and a clock, or the server's own words",
     .scene = "analysis/bearer_test.cpp BearerExp001"},
    check};

}  // namespace why401
