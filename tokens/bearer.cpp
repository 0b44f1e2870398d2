#include "tokens/bearer.h"

#include <algorithm>
#include <optional>

#include "tokens/json_object.h"
#include "wire/ascii.h"
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

/// b64token (RFC 6750 2.1): token68 by another name.
bool is_token_text(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

void check_alphabet(Token& token) {
    const auto at = std::find_if_not(token.text.begin(), token.text.end(), is_token_text);
    if (at == token.text.end()) return;
    token.anomalies.push_back({"a character that no bearer token may hold",
                               static_cast<std::size_t>(at - token.text.begin()), "RFC 6750 2.1"});
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; parts.size() < 6;) {
        const std::size_t dot = text.find('.', begin);
        parts.push_back(text.substr(begin, dot == std::string_view::npos ? dot : dot - begin));
        if (dot == std::string_view::npos) break;
        begin = dot + 1;
    }
    return parts;
}

void read_jwt(const std::vector<std::string_view>& parts, Token& token) {
    const std::size_t second = parts[0].size() + 1;
    auto claims = base64::decode_url(parts[1]);
    if (!claims || !looks_like_object(*claims)) {
        token.anomalies.push_back({"a JWT header, but its claims cannot be read", second, "RFC 7519 7.2"});
        return;
    }
    token.is_jwt = true;
    token.claims = std::move(*claims);
    token.said = jwt::read(token.header, token.claims);
    if (!json_object::read(token.claims))
        token.anomalies.push_back({"the claims are not JSON", second, "RFC 7519 7.2"});
    const auto signature = base64::decode_url(parts[2]);
    const std::size_t third = second + parts[1].size() + 1;
    if (!signature) token.anomalies.push_back({"the signature is not base64url", third, "RFC 7515 2"});
    token.signature_bytes = signature ? signature->size() : 0;
}

}  // namespace

bool Token::is_broken_jwt() const {
    return text.starts_with("eyJ") && !is_jwt && !is_jwe && text.size() <= kMaxToken &&
           (!header.empty() || text.find('.') != std::string::npos);
}

Token decode(std::string_view text) {
    Token token;
    token.text = std::string(text.substr(0, kMaxToken));
    if (text.size() > kMaxToken) {
        token.anomalies.push_back({"longer than 64 KB: the rest is not read", kMaxToken, ""});
        return token;
    }
    check_alphabet(token);
    const std::vector<std::string_view> parts = parts_of(text);
    if (parts.size() != 3 && parts.size() != 5) return token;
    auto header = base64::decode_url(parts[0]);
    if (!header || !looks_like_object(*header)) return token;
    token.header = std::move(*header);
    if (parts.size() == 3) {
        read_jwt(parts, token);
    } else {
        token.is_jwe = true;  // RFC 7516 3.1
        token.said = jwt::read(token.header, {});
    }
    return token;
}

}  // namespace why401::bearer
