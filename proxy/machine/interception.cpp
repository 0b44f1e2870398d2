#include "proxy/machine/interception.h"

#include <algorithm>

#include "record/search.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

bool among(const std::vector<std::string>& patterns, std::string_view host) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return search::glob(pattern, host); });
}

/// What can stand in a name, an address literal or a pattern: no port, no path, no scheme.
bool is_pattern(std::string_view text) {
    const bool fits = std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && c != '/' && c != '[' && c != ']' && c != '@';
    });
    const auto colons = std::count(text.begin(), text.end(), ':');
    return !text.empty() && fits && colons != 1;  // one colon is a port; more are an IPv6 literal
}

}  // namespace

bool Interception::opens(std::string_view host) const {
    if (host.ends_with('.')) host.remove_suffix(1);  // the dot of the root: the same host
    return among(intercept, host) && !among(tunnel, host);
}

std::optional<std::vector<std::string>> parse_hosts(std::string_view text) {
    if (text == "all") return std::vector<std::string>{"*"};
    if (text == "none") return std::vector<std::string>{};
    std::vector<std::string> hosts;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view one = text.substr(0, comma);
        if (!is_pattern(one)) return std::nullopt;
        hosts.emplace_back(one);
        if (comma == std::string_view::npos) return hosts;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace why401
