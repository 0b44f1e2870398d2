#pragma once
// The filter in the words of a capture file: the same exchanges as Filter::matches, found by SQLite. It runs
// no statement; what a user wrote becomes parameters, never SQL.

#include "app/filter.h"
#include "store/listed_exchange.h"

namespace why401 {

SqlCondition sql_condition(const Filter& filter);

}  // namespace why401
