#include "analysis/token_words.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kLookAt = 4 * 1024;

struct Phrase {
    std::string_view low;  ///< in lower case
    TokenFault fault;
};

/// RFC 6750 3.1 lists everything that invalid_token may mean, and some products send that list.
constexpr std::string_view kSaysNothing[] = {"expired, revoked", "expired or revoked", "invalid or expired",
                                             "expired or invalid", "revoked or expired"};

// The first that is found decides: what is specific stands before what it contains.
constexpr Phrase kPhrases[] = {
    // both ends of the lifetime
    {"expired or is not yet valid", TokenFault::Lifetime},  // Microsoft Graph
    {"token lifetime is invalid", TokenFault::Lifetime},    // ASP.NET Core
    {"idx10224", TokenFault::Lifetime},
    {"token is not active", TokenFault::Lifetime},  // Keycloak
    // not yet
    {"not valid before", TokenFault::NotYet},
    {"not valid yet", TokenFault::NotYet},
    {"not yet valid", TokenFault::NotYet},
    {"used before", TokenFault::NotYet},
    {"jwt not active", TokenFault::NotYet},
    {"\"nbf\" claim", TokenFault::NotYet},
    {"\\\"nbf\\\" claim", TokenFault::NotYet},
    {"idx10222", TokenFault::NotYet},
    {"issued in the future", TokenFault::NotYet},
    // expired
    {"idx10223", TokenFault::Expired},
    {"token expired", TokenFault::Expired},
    {"token is expired", TokenFault::Expired},
    {"token has expired", TokenFault::Expired},
    {"jwt is expired", TokenFault::Expired},
    {"jwt expired", TokenFault::Expired},
    {"signature has expired", TokenFault::Expired},  // PyJWT, of the claim exp
    {"\"exp\" claim", TokenFault::Expired},
    {"\\\"exp\\\" claim", TokenFault::Expired},
    {"expiry utc time", TokenFault::Expired},  // Azure Resource Manager
    {"token_expired", TokenFault::Expired},
    {"expired_token", TokenFault::Expired},
    {"expiredauthenticationtoken", TokenFault::Expired},
    {"tokenexpired", TokenFault::Expired},
    // for whom, from whom
    {"audience is invalid", TokenFault::Audience},
    {"invalid audience", TokenFault::Audience},
    {"audience invalid", TokenFault::Audience},
    {"the audience '", TokenFault::Audience},
    {"the audiences '", TokenFault::Audience},
    {"audience validation failed", TokenFault::Audience},
    {"audiences in jwt are not allowed", TokenFault::Audience},  // Envoy
    {"aud claim is not valid", TokenFault::Audience},            // Spring Security
    {"\"aud\" claim", TokenFault::Audience},
    {"\\\"aud\\\" claim", TokenFault::Audience},
    {"doesn't match expected audience", TokenFault::Audience},
    {"tokenaudience", TokenFault::Audience},
    {"wrong audience", TokenFault::Audience},
    {"idx10206", TokenFault::Audience},
    {"idx10208", TokenFault::Audience},
    {"idx10214", TokenFault::Audience},
    {"issuer is invalid", TokenFault::Issuer},
    {"invalid issuer", TokenFault::Issuer},
    {"issuer invalid", TokenFault::Issuer},
    {"invalid token issuer", TokenFault::Issuer},  // Keycloak
    {"the issuer '", TokenFault::Issuer},
    {"wrong issuer", TokenFault::Issuer},
    {"issuer is not valid", TokenFault::Issuer},
    {"issuer validation failed", TokenFault::Issuer},
    {"jwt issuer is not configured", TokenFault::Issuer},
    {"iss claim is not valid", TokenFault::Issuer},
    {"\"iss\" claim", TokenFault::Issuer},
    {"\\\"iss\\\" claim", TokenFault::Issuer},
    {"for given 'iss'", TokenFault::Issuer},  // Kong
    {"idx10205", TokenFault::Issuer},
    {"idx10211", TokenFault::Issuer},
    {"idx40001", TokenFault::Issuer},
    {"invalidauthenticationtokentenant", TokenFault::Issuer},
    // who signed
    {"jwks remote fetch is failed", TokenFault::Keys},  // Envoy
    {"idx20803", TokenFault::Keys},                     // ASP.NET Core: no metadata
    {"signature key was not found", TokenFault::Signature},
    {"signature is invalid", TokenFault::Signature},
    {"invalid signature", TokenFault::Signature},
    {"signature verification failed", TokenFault::Signature},
    {"signature validation failed", TokenFault::Signature},
    {"signed jwt rejected", TokenFault::Signature},     // Spring Security
    {"jwt verification fails", TokenFault::Signature},  // Envoy
    {"doesn't have key to match", TokenFault::Signature},
    {"no matching key", TokenFault::Signature},
    {"no applicable key", TokenFault::Signature},
    {"unable to find a signing key", TokenFault::Signature},
    {"didn't find publickey", TokenFault::Signature},  // Keycloak
    {"idx10500", TokenFault::Signature},
    {"idx10501", TokenFault::Signature},
    {"idx10503", TokenFault::Signature},
    {"idx10504", TokenFault::Signature},
    {"idx10511", TokenFault::Signature},
    {"idx10517", TokenFault::Signature},
    {"signing method", TokenFault::Signature},
    // form
    {"header.payload.signature", TokenFault::Malformed},  // Envoy
    {"jwt malformed", TokenFault::Malformed},
    {"token is malformed", TokenFault::Malformed},
    {"malformed token", TokenFault::Malformed},
    {"compacttoken parsing failed", TokenFault::Malformed},  // Microsoft Graph
    {"not well formed", TokenFault::Malformed},
    {"number of segments", TokenFault::Malformed},
    {"not enough segments", TokenFault::Malformed},
    {"idx12741", TokenFault::Malformed},
    {"idx12709", TokenFault::Malformed},
    {"idx14100", TokenFault::Malformed},
    {"bad token; invalid json", TokenFault::Malformed},
    // none at all, taken back, not enough
    {"jwt is missing", TokenFault::Missing},
    {"access token is empty", TokenFault::Missing},
    {"full authentication is required", TokenFault::Missing},
    {"no authorization token was found", TokenFault::Missing},
    {"has been revoked", TokenFault::Revoked},
    {"token revoked", TokenFault::Revoked},
    {"token is revoked", TokenFault::Revoked},
    {"session not found", TokenFault::Revoked},
    {"insufficient scope", TokenFault::Scope},
    {"higher privileges than provided by the access token", TokenFault::Scope},
    {"access_token_scope_insufficient", TokenFault::Scope},
};

}  // namespace

std::optional<TokenWords> read_token_words(std::string_view text) {
    std::string low(text.substr(0, kLookAt));
    std::transform(low.begin(), low.end(), low.begin(), lower);
    for (const std::string_view phrase : kSaysNothing)
        if (low.find(phrase) != std::string::npos) return std::nullopt;
    for (const Phrase& phrase : kPhrases)
        if (const std::size_t at = low.find(phrase.low); at != std::string::npos)
            return TokenWords{phrase.fault, at, phrase.low.size()};
    return std::nullopt;
}

}  // namespace why401
