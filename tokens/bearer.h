#pragma once
// Bearer tokens (RFC 6750) and, when they are JWTs, their header and claims as text (RFC 7519). It refuses to
// verify and never looks as if it had: the signature is only counted.

#include <string>
#include <string_view>
#include <vector>

#include "tokens/jwt.h"
#include "wire/anomaly.h"

namespace why401::bearer {

constexpr std::size_t kMaxToken = 64 * 1024;

struct Token {
    std::string text;  ///< as sent
    bool is_jwt =
        false;  ///< three dot-separated base64url parts whose first two are JSON objects by their braces
    bool is_jwe = false;  ///< five parts, the first a JSON object: only its receiver can read the rest
    std::string header;   ///< raw JSON
    std::string claims;   ///< raw JSON
    jwt::Said said;       ///< what header and claims say; nothing of an opaque token
    std::size_t signature_bytes = 0;
    std::vector<Anomaly> anomalies;

    /// It begins as every JWT does, but is none: cut off, or mangled.
    bool is_broken_jwt() const;
};

Token decode(std::string_view token);

}  // namespace why401::bearer
