#include "wire/http_target.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401::http1 {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr bool digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool hex_digit(char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
constexpr bool unseen(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

// reg-name (RFC 3986 3.2.2) less the comma, which joins repeated fields, plus the bytes above 0x7f.
constexpr bool host_byte(char c) {
    return !unseen(c) && std::string_view(",@/\\?#[]:\"<>^`{|}").find(c) == kNone;
}

// Position of the first offending byte of "[...]", `close` being that of its bracket.
std::size_t find_bad_literal_byte(std::string_view text, std::size_t close) {
    const std::string_view address = text.substr(1, close - 1);
    const std::size_t zone = address.find('%');  // RFC 6874
    for (std::size_t i = 0; i < address.size(); ++i) {
        const bool fits = i < zone ? hex_digit(address[i]) || address[i] == ':' || address[i] == '.'
                                   : host_byte(address[i]);
        if (!fits) return i + 1;
    }
    return address.substr(0, zone).find(':') == kNone ? 0 : kNone;
}

// Where the host ends: the colon of the port, or the end of the text.
std::size_t host_end(std::string_view text) {
    const std::size_t from = text.starts_with('[') ? text.find(']') : 0;
    return std::min(text.find(':', from), text.size());
}

std::uint16_t default_port_of(std::string_view scheme) {
    if (same_name(scheme, "http") || same_name(scheme, "ws")) return 80;
    if (same_name(scheme, "https") || same_name(scheme, "wss")) return 443;
    return 0;
}

std::optional<Target> parse_absolute(std::string_view target) {
    const std::size_t colon = target.find("://");
    if (colon == kNone || colon == 0 || !letter(target[0])) return std::nullopt;
    Target result;
    result.form = TargetForm::Absolute;
    result.scheme = target.substr(0, colon);
    for (char c : result.scheme)
        if (!letter(c) && !digit(c) && c != '+' && c != '-' && c != '.') return std::nullopt;
    const std::string_view rest = target.substr(colon + 3);
    const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
    result.authority = rest.substr(0, path);
    result.path = rest.substr(path);
    const auto authority = parse_authority(result.authority, default_port_of(result.scheme));
    if (!authority) return std::nullopt;
    result.parsed = *authority;
    return result;
}

std::optional<Target> parse_connect(std::string_view target) {
    const auto authority = parse_authority(target, 0);
    if (!authority || !authority->port_written) return std::nullopt;
    Target result;
    result.form = TargetForm::Authority;
    result.authority = target;
    result.parsed = *authority;
    return result;
}

}  // namespace

std::size_t find_bad_authority_byte(std::string_view text) {
    std::size_t at = 0;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == kNone) return 0;
        if (const std::size_t bad = find_bad_literal_byte(text, close); bad != kNone) return bad;
        at = close + 1;
    } else {
        while (at < text.size() && host_byte(text[at])) ++at;
    }
    if (at == text.size()) return kNone;
    if (text[at] != ':') return at;
    for (++at; at < text.size(); ++at)
        if (!digit(text[at])) return at;
    return kNone;
}

std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port) {
    if (find_bad_authority_byte(text) != kNone) return std::nullopt;
    const std::size_t end = host_end(text);
    Authority result;
    result.host = text.substr(0, end);
    result.port = default_port;
    if (result.host.starts_with('[')) {
        result.bracketed = true;
        result.host = result.host.substr(1, result.host.size() - 2);
    }
    if (result.host.empty()) return std::nullopt;
    const std::string_view digits = end < text.size() ? text.substr(end + 1) : std::string_view{};
    if (digits.empty()) return result;
    if (digits.size() > 5) return std::nullopt;
    unsigned port = 0;
    for (char c : digits) port = port * 10 + static_cast<unsigned>(c - '0');
    if (port == 0 || port > 65535) return std::nullopt;
    result.port = static_cast<std::uint16_t>(port);
    result.port_written = true;
    return result;
}

std::optional<Target> parse_target(std::string_view method, std::string_view target) {
    for (char c : target)
        if (unseen(c) || c == '#') return std::nullopt;
    if (method == "CONNECT") return parse_connect(target);
    Target result;
    if (target == "*" && method == "OPTIONS") {
        result.form = TargetForm::Asterisk;
        return result;
    }
    if (!target.starts_with('/')) return parse_absolute(target);
    result.form = TargetForm::Origin;
    result.path = target;
    return result;
}

}  // namespace why401::http1
