#include "record/search.h"

#include <algorithm>

#include "wire/ascii.h"

namespace why401::search {

bool glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
            ++p, ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool is_user(std::string_view pattern, std::string_view identity) {
    const auto backslash = identity.rfind('\\');
    const std::string_view name = backslash == std::string_view::npos ? identity.substr(0, identity.find('@'))
                                                                      : identity.substr(backslash + 1);
    return glob(pattern, identity) || glob(pattern, name);
}

bool is_host(std::string_view pattern, std::string_view authority) {
    const auto colon = authority.rfind(':');
    const std::string_view host =
        colon != std::string_view::npos && authority.back() != ']' ? authority.substr(0, colon) : authority;
    return glob(pattern, authority) || glob(pattern, host) || glob(pattern, host.substr(0, host.find('.')));
}

bool contains(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) { return lower(a) == lower(b); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() ||
           part.empty();
}

std::string request_line(const Exchange& exchange) {
    std::string line(exchange.request.method());
    line += ' ';
    append_url(line, exchange);
    return line;
}

}  // namespace why401::search
