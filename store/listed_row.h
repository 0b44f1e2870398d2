#pragma once
// A ListedExchange as a row, read from the tables `exchange` and `exchange_reading`.

#include <string>

#include "store/listed_exchange.h"
#include "store/sqlite.h"

namespace why401::listed_row {

/// The statement for a range and a condition. Its parameters: 1 after, 2 up to, 3 limit, 4 ids as JSON array.
std::string select(const ListedRange& range, const SqlCondition& condition);
/// `ids` and the condition's values must live until the last row was read.
void bind(sqlite::Statement& rows, const ListedRange& range, const std::string& ids,
          const SqlCondition& condition);
/// Into `exchange`, whose memory is used again. Returns the reading's JSON, until the next step; empty: none.
/// Throws CaptureError when the row is damaged.
std::string_view read(const sqlite::Statement& row, ListedExchange& exchange);

}  // namespace why401::listed_row
