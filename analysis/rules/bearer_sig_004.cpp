#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Bearer");
    if (own == nullptr || own->view.bearer() == nullptr) return NotApplicable{};
    const SchemeFacts& schemes = *c.now.schemes;
    const bearer::Token& token = *own->view.bearer();
    const bool keys = schemes.says(TokenFault::Keys);
    const bool stated = keys || schemes.says(TokenFault::Signature);
    const bool unsigned_token =
        token.is_jwt && (token.said.unsigned_by_choice() || token.signature_bytes == 0);
    if (!stated && (schemes.token_words || !unsigned_token))
        return schemes.token_words || token.is_jwt
                   ? Verdict{NotApplicable{}}
                   : Verdict{CannotTell{"the server's own words about the signature"}};
    const std::string how =
        token.said.algorithm.empty()
            ? std::string()
            : " (alg " + printable(token.said.algorithm, 40) +
                  (token.said.key.empty() ? std::string() : ", kid " + printable(token.said.key, 80)) +
                  (token.said.issuer.empty() ? std::string() : ", iss " + printable(token.said.issuer, 120)) +
                  ")";
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = keys ? Culprit::Server : unsigned_token ? Culprit::Client : Culprit::Unknown;
    found.because =
        "The server cannot verify the token of " + name(c.now.id) + how + ": " +
        (keys             ? "it could not get the issuer's keys."
         : unsigned_token ? "it carries no signature at all."
                          : "its signature does not fit, or the key that made it is unknown there.");
    found.evidence = {
        request_proof(c.now, unsigned_token ? "a token without a signature" : "the token" + how)};
    if (stated) found.evidence.push_back(said_proof(c.now));
    found.evidence.push_back(answer_proof(c.now, "the refusal"));
    found.not_visible = {"the keys that the server knows, and when it fetched them last",
                         "whether the token was changed on its way, or comes from another environment"};
    found.consequence = keys ? "Every token is refused until the server reaches the issuer."
                             : "Tokens of this issuer, or of this key, are refused here.";
    return found;
}

constexpr std::string_view kFix[] = {
    "compare kid and iss of the token (why401 decode) with the keys that the issuer publishes (jwks_uri)",
    "after a change of keys: let the server fetch the issuer's metadata again; see that it can reach it",
    "check that client and server mean the same issuer and environment (test, production)"};
constexpr Source kSources[] = {{"RFC 7515 5.2", "https://www.rfc-editor.org/rfc/rfc7515#section-5.2"},
                               {"RFC 8725 3", "https://www.rfc-editor.org/rfc/rfc8725#section-3"}};

}  // namespace

extern constinit const Rule bearer_sig_004{
    {.id = "BEARER-SIG-004",
     .title = "the server cannot verify the token's signature",
     .severity = Severity::Error,
     .explanation =
         "The issuer signs with a key, named by kid, that it changes from time to time. A server that "
         "does not have that key, or is given the token of another environment, refuses.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's own words, or a token without a signature",
     .scene = "analysis/bearer_form_test.cpp BearerSig004"},
    check};

}  // namespace why401
