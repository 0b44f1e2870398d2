#pragma once
// What SQL lacks to ask a capture what the filter asks: record/search.h as SQLite functions, for statements
// of this program alone (a stranger's schema cannot call them). A NULL among the arguments gives NULL.
//
//   why401_glob(pattern, text)        why401_is_user(pattern, identity)      why401_is_host(pattern,
//   authority) why401_contains(text, part)       why401_request_says(part, request_head, scheme, authority)
//   why401_member(json, key...)       the text under these keys, one inside the other; NULL when there is
//   none why401_seen(id)                   true, and counts

#include <cstdint>

#include "store/sqlite.h"

namespace why401::sql_functions {

/// Adds them to `database`. `seen` is what why401_seen counts in: it must outlive the database.
void add(const sqlite::Database& database, std::uint64_t& seen);

}  // namespace why401::sql_functions
