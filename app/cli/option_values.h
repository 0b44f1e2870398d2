#pragma once
// Values that options take, from text. Pure. Each returns empty for what is no such value; the caller names
// the option.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/proxy.h"

namespace why401::cli {

/// "500", "64K", "10M", "2G" (powers of 1024; "MB" and "MiB" too, in any case).
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// "HOST=ADDR" or "HOST=ADDR:PORT": a name, and the IPv4 or bracketed IPv6 address it shall have. The name
/// comes in lower case.
std::optional<std::pair<std::string, HostPort>> parse_map(std::string_view text);

/// "http://HOST[:PORT][/]"; the port is 80 when none is given. No user, no path, no other scheme.
std::optional<HostPort> parse_upstream_proxy(std::string_view text);

/// "10.0.0.0/8,192.0.2.7".
std::optional<std::vector<Cidr>> parse_cidrs(std::string_view text);

}  // namespace why401::cli
