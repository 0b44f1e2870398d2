#pragma once
// Why a server turned a token away, in its own words: error and error_description of the challenge (RFC 6750
// 3), or a short answer of its own. The texts of real products. It refuses to guess: words that may mean
// several things mean nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace why401 {

enum class TokenFault : std::uint8_t {
    Expired,
    NotYet,
    Lifetime,  ///< one of the two
    Audience,
    Issuer,
    Signature,
    Keys,  ///< the server itself cannot get at the issuer's keys
    Malformed,
    Missing,  ///< it saw no token
    Revoked,
    Scope,
};

struct TokenWords {
    TokenFault fault = TokenFault::Expired;
    std::size_t offset = 0, length = 0;  ///< of the telling words in the text
};

/// Reads a challenge's error_description, or the first few KB of an answer's body.
std::optional<TokenWords> read_token_words(std::string_view text);

}  // namespace why401
