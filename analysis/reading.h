#pragma once
// What one exchange means to a login before any rule has spoken: scheme, leg, who asks, who was served.

#include "analysis/case.h"
#include "analysis/finding.h"

namespace why401 {

/// The reading of a case, without a finding.
ExchangeReading read_case(const Case& c);

/// Nothing for an empty name.
inline std::optional<std::string> named(std::string_view user) {
    return user.empty() ? std::nullopt : std::optional<std::string>(user);
}

}  // namespace why401
