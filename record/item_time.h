#pragma once
// When an item of a record happened: its place on a clock, for merging and for "now".

#include "record/record_item.h"

namespace why401 {

/// An exchange at its end (an unfinished one at its start), a connection when it closed or else opened.
Instant time_of(const RecordItem& item);
Instant time_of(const Exchange& exchange);
Instant time_of(const Connection& connection);

}  // namespace why401
