#pragma once
// Values of a record as columns. A capture may come from a stranger: what it says is cut to what can be
// reckoned with.

#include <algorithm>
#include <cstdint>

#include "record/ids.h"
#include "store/sqlite.h"

namespace why401 {

/// The two columns of an instant. No difference or sum of two of them can overflow.
inline Instant read_instant(const sqlite::Statement& row, int wall, int steady) {
    constexpr std::int64_t kFar = INT64_MAX / 4;
    return {std::clamp(row.number(wall), -kFar, kFar), std::clamp(row.number(steady), -kFar, kFar)};
}

}  // namespace why401
