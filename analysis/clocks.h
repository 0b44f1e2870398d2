#pragma once
// How far a server's clock is from that of the record. It refuses to say
// whose is wrong.

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/facts.h"

namespace why401 {

/// `server_seconds` minus the record's clock when the answer came; nothing when the record has no wall clock.
std::optional<std::int64_t> ahead_of_record(const ExchangeFacts& facts, std::int64_t server_seconds);
/// Likewise, by the Date of the answer.
std::optional<std::int64_t> date_ahead_of_record(const ExchangeFacts& facts);

/// Kerberos lets clocks differ by so much unless told otherwise.
constexpr std::int64_t kUsualSkew = 300;
/// "20 min 5 s ahead of", "3 s behind".
std::string ahead_text(std::int64_t seconds);

}  // namespace why401
