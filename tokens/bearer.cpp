#include "tokens/bearer.h"

#include <optional>

#include "wire/base64.h"

namespace why401::bearer {

namespace {

constexpr const char* kWhite = " \t\r\n";

/// Whether the text has the braces of a JSON object; nothing more is claimed.
bool looks_like_object(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kWhite);
    const std::size_t last = text.find_last_not_of(kWhite);
    return first != std::string_view::npos && text[first] == '{' && text[last] == '}';
}

}  // namespace

Token decode(std::string_view text) {
    Token token;
    token.text = std::string(text.substr(0, kMaxToken));
    if (text.size() > kMaxToken) {
        token.anomalies.push_back({"longer than 64 KB: the rest is not read", kMaxToken, ""});
        return token;
    }
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
        return token;
    auto header = base64::decode_url(text.substr(0, first));
    auto claims = base64::decode_url(text.substr(first + 1, second - first - 1));
    if (!header || !looks_like_object(*header)) return token;
    token.header = std::move(*header);
    if (!claims || !looks_like_object(*claims)) {
        token.anomalies.push_back({"a JWT header, but its claims cannot be read", first + 1, "RFC 7519 7.2"});
        return token;
    }
    token.is_jwt = true;
    token.claims = std::move(*claims);
    const auto signature = base64::decode_url(text.substr(second + 1));
    if (!signature) token.anomalies.push_back({"the signature is not base64url", second + 1, "RFC 7515 2"});
    token.signature_bytes = signature ? signature->size() : 0;
    return token;
}

}  // namespace why401::bearer
