#pragma once
// Bearer tokens (RFC 6750) and, when they are JWTs, their header and claims as text (RFC 7519). It refuses to
// verify and never looks as if it had: the signature is only counted.

#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::bearer {

constexpr std::size_t kMaxToken = 64 * 1024;

struct Token {
    std::string text;  ///< as sent
    bool is_jwt =
        false;  ///< three dot-separated base64url parts whose first two are JSON objects by their braces
    std::string header;  ///< raw JSON, not parsed
    std::string claims;  ///< raw JSON, not parsed
    std::size_t signature_bytes = 0;
    std::vector<Anomaly> anomalies;
};

Token decode(std::string_view token);

}  // namespace why401::bearer
