#include "app/api/guard.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "wire/ascii.h"

namespace why401::api {

namespace {

constexpr std::string_view kSessionPath = "/api/v1/session";
constexpr std::string_view kCapturesPath = "/api/v1/captures";
constexpr std::string_view kFileType = "application/octet-stream";

bool is_json(std::string_view content_type) {
    return same_name(trimmed(content_type.substr(0, content_type.find(';'))), "application/json");
}

std::optional<std::string_view> bearer(std::string_view authorization) {
    constexpr std::string_view kScheme = "Bearer ";
    if (authorization.size() < kScheme.size() || !same_name(authorization.substr(0, kScheme.size()), kScheme))
        return std::nullopt;
    return trimmed(authorization.substr(kScheme.size()));
}

/// Pages and the PAC file hold no secret, and a browser asks for them before it can know the token.
bool is_open(const Asked& asked) {
    if (asked.path == kSessionPath) return true;
    return !asked.path.starts_with("/api/") && asked.path != "/metrics";
}

}  // namespace

bool hands_over_a_file(const Asked& asked) {
    return asked.method == "POST" && asked.path == kCapturesPath &&
           same_name(trimmed(asked.content_type), kFileType);
}

std::optional<Refusal> Guard::refuse(const Asked& asked) const {
    // DNS rebinding: a hostile page's own name may point at this port; its Host gives it away.
    if (asked.host_count != 1 || !is_us(asked.host))
        return Refusal{421, "This is why401 on port " + std::to_string(port_) +
                                " of this machine; the request was meant for another host."};
    if (asked.has_origin && !(asked.origin.starts_with("http://") && is_us(asked.origin.substr(7))))
        return Refusal{403, "Pages of other origins have no access."};

    const auto given = bearer(asked.authorization);
    const bool by_header = given && is_token(*given);
    const bool by_cookie = !by_header && has_token_cookie(asked.cookie);
    if (!is_open(asked) && !by_header && !by_cookie)
        return Refusal{401,
                       "The token is missing or wrong. It stands in the address printed at the start; "
                       "scripts send it as Authorization: Bearer."};

    const bool changes = asked.method != "GET" && asked.method != "HEAD";
    // No page of another origin can send either of these without asking first (a CORS preflight), and nobody
    // answers that.
    if (changes && !is_json(asked.content_type) && !hands_over_a_file(asked))
        return Refusal{415, "Send the change as application/json."};
    // A browser sends Origin with both; one that is absent proves nothing, the cookie alone is not enough.
    if ((changes || asked.websocket) && by_cookie && !asked.has_origin)
        return Refusal{403, "A request with the cookie must name its origin."};
    return std::nullopt;
}

bool Guard::is_token(std::string_view given) const {
    if (given.size() != token_.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < given.size(); ++i)
        difference |= static_cast<unsigned char>(given[i] ^ token_[i]);
    return difference == 0;
}

bool Guard::has_token_cookie(std::string_view cookies) const {
    const std::string name = cookie_name() + "=";
    while (!cookies.empty()) {
        const auto end = cookies.find(';');
        const std::string_view pair = trimmed(cookies.substr(0, end));
        if (pair.starts_with(name) && is_token(pair.substr(name.size()))) return true;
        cookies = end == std::string_view::npos ? std::string_view{} : cookies.substr(end + 1);
    }
    return false;
}

std::string Guard::cookie() const {
    return cookie_name() + "=" + token_ + "; Path=/; HttpOnly; SameSite=Strict";
}

bool Guard::is_us(std::string_view authority) const {
    if (!address_.empty() && authority == address_) return true;
    const std::string port = ":" + std::to_string(port_);
    for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"})
        if (authority.size() >= name.size() && same_name(authority.substr(0, name.size()), name)) {
            const std::string_view rest = authority.substr(name.size());
            if (rest == port || (rest.empty() && port_ == 80)) return true;
        }
    return false;
}

std::string new_token() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "the system gave no randomness for a token");
    std::string text;
    for (const unsigned char byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

}  // namespace why401::api
