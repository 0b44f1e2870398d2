#include "analysis/scheme_case.h"
#include "wire/utc.h"

namespace why401 {
namespace {

constexpr std::int64_t kTolerated = 300;

struct Start {
    std::int64_t at = 0;
    const char* claim = "nbf";
};

/// The claim that lies furthest ahead.
std::optional<Start> start_of(const jwt::Said& said) {
    if (!said.nbf && !said.iat) return std::nullopt;
    if (said.nbf && (!said.iat || *said.nbf >= *said.iat)) return Start{*said.nbf, "nbf"};
    return Start{*said.iat, "iat"};
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    const bool stated = schemes.says(TokenFault::NotYet);
    if (schemes.token_words && !stated && !schemes.says(TokenFault::Lifetime)) return NotApplicable{};
    const auto start = start_of(own->view.bearer()->said);
    const Clocks clocks = clocks_of(c.now);
    const auto now = clocks.deciding();
    if (!stated && !start)
        return own->view.bearer()->is_jwt
                   ? Verdict{NotApplicable{}}
                   : Verdict{CannotTell{"the token's own claims: it cannot be read from outside"}};
    if (!stated && !now) return CannotTell{"the time of the request"};
    const bool issued = start && std::string_view(start->claim) == "iat";  // few servers look at it
    const bool ahead = start && now && start->at > *now + (issued ? 60 : 0);
    if (!stated && !ahead) return NotApplicable{};
    // Good by the clock of the record: then it is the server's that is slow.
    const bool server_slow = ahead && clocks.server && clocks.record && start->at <= *clocks.record;
    Found found;
    const bool far = ahead && start->at - *now > kTolerated;
    const bool hardly = !stated && ahead && start->at - *now <= 60;
    found.confidence = stated || (far && !issued && !server_slow) ? Confidence::Certain
                       : hardly || (issued && !far)               ? Confidence::Possible
                                                                  : Confidence::Likely;
    found.culprit = server_slow ? Culprit::Server : Culprit::Unknown;
    found.because = "The token of " + name(c.now.id);
    if (ahead)
        found.because += " is good from " + utc_second(start->at) + " on (" + start->claim + "), " +
                         span(start->at - *now) + " after the request, " + tell_clocks(clocks) + ".";
    else
        found.because +=
            " is not valid yet, says the server" +
            (start ? ", although it says " + utc_second(start->at) + " itself " + tell_clocks(clocks)
                   : std::string()) +
            ".";
    found.evidence = {request_proof(
        c.now, start ? "a token that says " + std::string(start->claim) + " " + utc_second(start->at)
                     : "the token")};
    if (stated) found.evidence.push_back(said_proof(c.now));
    found.evidence.push_back(answer_proof(c.now, "the refusal"));
    found.ruled_out = {"an expired token: this one lies ahead"};
    found.not_visible = {"which clock is wrong: the issuer's is ahead, or the server's is behind"};
    if (!stated) found.not_visible.push_back("the server's reason in its own words: it gives none");
    found.consequence = "The same token works a little later.";
    return found;
}

constexpr std::string_view kFix[] = {
    "set the clocks of the token's issuer and of the server by NTP, and compare them",
    "let the server tolerate a few minutes of difference (.NET: ClockSkew)"};
constexpr Source kSources[] = {{"RFC 7519 4.1.5", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5"}};

}  // namespace

extern constinit const Rule bearer_nbf_002{
    {.id = "BEARER-NBF-002",
     .title = "the token is not valid yet: somebody's clock is wrong",
     .severity = Severity::Error,
     .explanation = "A fresh token from an issuer whose clock is ahead lies in the future for the server.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the token's claims and a clock, or the server's own words",
     .scene = "analysis/bearer_test.cpp BearerNbf002"},
    check};

}  // namespace why401
