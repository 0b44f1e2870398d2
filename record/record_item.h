#pragma once
// What a record consists of. The same sequence feeds the analysis live and from a file.

#include <string>
#include <variant>
#include <vector>

#include "record/connection.h"
#include "record/exchange.h"

namespace why401 {

struct PolicyChanged {
    std::string policy;
    std::string before;
    Instant at;
};
struct FaultsChanged {
    std::vector<std::string> enabled;
    Instant at;
};
/// Which hosts are decrypted from now on, and which are never: as the options of that name were given.
struct InterceptionChanged {
    std::vector<std::string> intercept, tunnel;
    Instant at;
};
/// Trouble outside any exchange: an accept that failed, a head that could not be read.
struct FaultSeen {
    std::optional<ConnectionId> connection;
    Fault fault;
    Instant at;
};
/// The record has a hole, and says so: the queue was full, the disk was, or the limit was reached.
struct NotRecorded {
    std::uint64_t exchanges = 0;
    std::string because;
    Instant at;
};

/// In order of completion. A connection appears when it opens and again when TLS is seen on it, when it
/// turns into a tunnel and when it is closed (same id, whole). An exchange appears once, when it ends
/// (unfinished ones at the end of the record).
using RecordItem = std::variant<Connection, Exchange, PolicyChanged, FaultsChanged, FaultSeen, NotRecorded,
                                InterceptionChanged>;

}  // namespace why401
