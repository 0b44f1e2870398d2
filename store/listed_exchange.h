#pragma once
// What a list shows of an exchange: small, so that a hundred thousand can be read at once. Neither heads nor
// bodies are read for it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/exchange.h"

namespace why401 {

struct ListedExchange {
    std::uint64_t id = 0;
    std::uint64_t client = 0, upstream = 0;  ///< n of "Cn" and "Un"; 0: not known
    std::string scheme, authority;
    bool is_connect = false;  ///< the request asks for a tunnel
    int status = 0;
    Outcome outcome = Outcome::Unfinished;
    std::int64_t started_wall_us = 0;
    std::int64_t duration_us = -1;  ///< -1: it has not ended
};
ListedExchange listed(const Exchange& exchange);

/// Which exchanges of a capture are wanted: those with after < id <= up_to, in order of id.
struct ListedRange {
    std::uint64_t after = 0;
    std::uint64_t up_to = UINT64_MAX;
    std::uint64_t limit = UINT64_MAX;
    const std::vector<std::uint64_t>* only = nullptr;  ///< not null: only these
};

/// What else must hold: SQL over `e`, a row of `exchange`, and `r`, its row of `exchange_reading` if it has
/// one. `values` are the parameters from ?kFirst on.
struct SqlCondition {
    static constexpr int kFirst = 5;
    std::string sql = "1";
    std::vector<std::string> values;
};

}  // namespace why401
