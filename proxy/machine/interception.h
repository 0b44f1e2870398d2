#pragma once
// Whose TLS is opened: two lists of host patterns, the second of which wins. It decides nothing else.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401 {

/// Patterns are host names or addresses in which `*` stands for any text; letters match in either case.
struct Interception {
    std::vector<std::string> intercept;  ///< {"*"}: every host; empty: none
    std::vector<std::string> tunnel;     ///< never these

    bool opens(std::string_view host) const;
    bool operator==(const Interception&) const = default;
};

/// "all", "none", or host patterns separated by commas. Empty when one of them is no host.
std::optional<std::vector<std::string>> parse_hosts(std::string_view text);

}  // namespace why401
