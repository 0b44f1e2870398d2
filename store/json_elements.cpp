#include "store/json_elements.h"

namespace why401::json_elements {
namespace {

constexpr std::size_t kCut = std::string_view::npos;

/// One past the closing quote of the string at `at`; kCut without one.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (std::size_t next = at + 1; next < text.size();) {
        next = text.find_first_of("\"\\", next);
        if (next == kCut) return kCut;
        if (text[next] == '"') return next + 1;
        next += 2;  // whatever is escaped
    }
    return kCut;
}

std::size_t end_of_nested(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t next = at; next < text.size(); ++next) {
        next = text.find_first_of("\"{}[]", next);
        if (next == kCut) return kCut;
        if (text[next] == '"') {
            next = end_of_string(text, next);
            if (next == kCut) return kCut;
            --next;
        } else if (text[next] == '{' || text[next] == '[') {
            ++depth;
        } else if (--depth == 0) {
            return next + 1;
        }
    }
    return kCut;
}

}  // namespace

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    if (at == 0 && text.substr(0, 3) == "\xef\xbb\xbf") at = 3;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        ++at;
    return at;
}

std::optional<std::size_t> end_of_value(std::string_view text, std::size_t at) {
    if (at >= text.size()) return std::nullopt;
    std::size_t end = kCut;
    if (text[at] == '"')
        end = end_of_string(text, at);
    else if (text[at] == '{' || text[at] == '[')
        end = end_of_nested(text, at);
    else
        end = text.find_first_of(",]} \t\r\n", at);
    return end == kCut || end == at ? std::nullopt : std::optional(end);
}

std::optional<std::size_t> member(std::string_view text, std::size_t object, std::string_view name) {
    if (object >= text.size() || text[object] != '{') return std::nullopt;
    for (std::size_t at = object + 1;;) {
        at = skip_blanks(text, at);
        if (at >= text.size() || text[at] != '"') return std::nullopt;
        const std::size_t end = end_of_string(text, at);
        if (end == kCut) return std::nullopt;
        const std::string_view key = text.substr(at + 1, end - at - 2);
        at = skip_blanks(text, end);
        if (at >= text.size() || text[at] != ':') return std::nullopt;
        at = skip_blanks(text, at + 1);
        if (key == name) return at < text.size() ? std::optional(at) : std::nullopt;
        const auto behind = end_of_value(text, at);
        if (!behind) return std::nullopt;
        at = skip_blanks(text, *behind);
        if (at >= text.size() || text[at] != ',') return std::nullopt;
        ++at;
    }
}

Walk elements(std::string_view text, std::size_t array,
              const std::function<void(std::size_t, std::size_t, std::string_view)>& visit) {
    Walk walk;
    walk.offset = array;
    if (array >= text.size() || text[array] != '[') return walk;
    std::size_t at = skip_blanks(text, array + 1);
    for (std::size_t index = 0; at < text.size() && text[at] != ']'; ++index) {
        const auto end = end_of_value(text, at);
        if (!end) return walk;
        visit(index, at, text.substr(at, *end - at));
        walk.offset = *end;
        at = skip_blanks(text, *end);
        if (at < text.size() && text[at] == ',')
            at = skip_blanks(text, at + 1);
        else if (at < text.size() && text[at] != ']')
            return walk;
    }
    walk.whole = at < text.size();
    if (walk.whole) walk.offset = at;
    return walk;
}

}  // namespace why401::json_elements
