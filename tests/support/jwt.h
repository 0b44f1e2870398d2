#pragma once
// For tests only: JSON Web Tokens of any shape. They are not signed: nothing here may be able to verify one.

#include <string>
#include <string_view>

#include "wire/base64.h"

namespace why401::test {

/// The URL-safe alphabet without padding (RFC 7515 2).
inline std::string url64(std::string_view text) {
    std::string out = base64::encode(text);
    while (!out.empty() && out.back() == '=') out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

inline std::string jwt_of(std::string_view claims,
                          std::string_view header = R"({"alg":"RS256","kid":"k1","typ":"JWT"})",
                          std::string_view signature = "not a signature") {
    return url64(header) + "." + url64(claims) + "." + url64(signature);
}

}  // namespace why401::test
