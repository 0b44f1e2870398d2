#pragma once
// ASCII as HTTP uses it: case-insensitive names, optional white space, lists. Refuses locales.

#include <string>
#include <string_view>

namespace why401 {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Field names, schemes and parameter names compare so (RFC 9110 5.1, 11.1).
constexpr bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Without leading and trailing spaces and tabs (OWS, RFC 9110 5.6.3).
constexpr std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// tchar, RFC 9110 5.6.2.
constexpr bool is_token_char(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool is_token(std::string_view text) {
    for (char c : text)
        if (!is_token_char(c)) return false;
    return !text.empty();
}

/// Takes the next element off a comma-separated list without quoted strings (RFC 9110 5.6.1), such as
/// `Connection`; empty elements are skipped. Returns an empty view when the list is used up.
constexpr std::string_view next_element(std::string_view& list) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        const std::string_view element = trimmed(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        if (!element.empty()) return element;
    }
    return {};
}

/// Whether a comma-separated list holds `element`, in any case.
constexpr bool list_has(std::string_view list, std::string_view element) {
    for (std::string_view e = next_element(list); !e.empty(); e = next_element(list))
        if (same_name(e, element)) return true;
    return false;
}

}  // namespace why401
