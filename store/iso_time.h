#pragma once
// Times as HAR and Fiddler write them (ISO 8601, RFC 3339). It refuses local times: without a zone it is UTC.

#include <cstdint>
#include <optional>
#include <string_view>

namespace why401 {

/// "2026-11-29T01:48:27.1234567+01:00" as microseconds since 1970, UTC; nothing when it is none, or lies
/// before 1970 (.NET writes 0001-01-01 for never).
std::optional<std::int64_t> iso_time_us(std::string_view text);

}  // namespace why401
