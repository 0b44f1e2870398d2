#include "app/cli/option_values.h"

#include <charconv>
#include <limits>

#include "wire/ascii.h"
#include "wire/http_target.h"

namespace why401::cli {

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    std::string_view unit = text.substr(static_cast<std::size_t>(rest - text.data()));
    if (unit.empty()) return value;
    unsigned shift = 0;
    switch (lower(unit.front())) {
        case 'k': shift = 10; break;
        case 'm': shift = 20; break;
        case 'g': shift = 30; break;
        default: return std::nullopt;
    }
    unit.remove_prefix(1);
    if (!unit.empty() && !same_name(unit, "b") && !same_name(unit, "ib")) return std::nullopt;
    if (value > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
    return value << shift;
}

std::optional<std::pair<std::string, HostPort>> parse_map(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    std::string name(text.substr(0, equals));
    for (char& c : name) c = lower(c);
    if (!http1::parse_authority(name, 80) || name.find(':') != std::string::npos) return std::nullopt;
    const std::string_view target = text.substr(equals + 1);
    if (net::literal_endpoint(target, 0)) return std::pair{name, HostPort{std::string(target), 0}};
    const auto authority = http1::parse_authority(target, 80);
    if (!authority || !net::literal_endpoint(authority->host, 0)) return std::nullopt;
    return std::pair{name, HostPort{std::string(authority->host),
                                    authority->port_written ? authority->port : std::uint16_t{0}}};
}

std::optional<HostPort> parse_upstream_proxy(std::string_view text) {
    constexpr std::string_view kScheme = "http://";
    if (text.size() < kScheme.size() || !same_name(text.substr(0, kScheme.size()), kScheme))
        return std::nullopt;
    text.remove_prefix(kScheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const auto authority = http1::parse_authority(text, 80);
    if (!authority || text.find('/') != std::string_view::npos) return std::nullopt;
    return HostPort{std::string(authority->host), authority->port};
}

std::optional<std::vector<Cidr>> parse_cidrs(std::string_view text) {
    std::vector<Cidr> result;
    for (std::string_view element = next_element(text); !element.empty(); element = next_element(text)) {
        const auto cidr = parse_cidr(element);
        if (!cidr) return std::nullopt;
        result.push_back(*cidr);
    }
    if (result.empty()) return std::nullopt;
    return result;
}

}  // namespace why401::cli
