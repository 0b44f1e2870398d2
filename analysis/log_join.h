#pragma once
// Two witnesses of one exchange: a record of the traffic, and the row that the server's own log has of it.
// The row is put to the exchange where method, path, status, step of the login, program, time and (where both
// know it) the client's port leave one choice, and is then no exchange of its own. The clocks may differ: by
// how much is learnt from all pairs together. What is ambiguous stays apart.

#include <cstdint>
#include <vector>

#include "record/record_item.h"

namespace why401 {

struct Joined {
    std::uint64_t rows = 0;            ///< put to an exchange
    std::uint64_t ambiguous = 0;       ///< exchanges for which several rows were left
    std::int64_t clock_offset_us = 0;  ///< the log's clock minus the record's
};

/// Takes the rows that were joined out of `log`. `record` may be a log, too: a trace of a failed request adds
/// its module, reason and credentials to the row.
Joined join_log(std::vector<RecordItem>& record, std::vector<RecordItem>& log);

}  // namespace why401
