#pragma once
// Joins journal events into the values a record is made of. Pure: no clock, no file; one per journal.

#include <cstdint>
#include <unordered_map>
#include <variant>
#include <vector>

#include "record/journal_event.h"

namespace why401 {

/// What a record consists of, in this order: the same sequence feeds the analysis live and from a file.
/// A connection appears when it opens and again when it is closed or turns into a tunnel (same id, whole).
/// An exchange appears once, when it ends (unfinished ones at the end of the record).
using RecordItem = std::variant<Connection, Exchange, PolicyChanged, FaultsChanged, FaultSeen, NotRecorded>;

class ExchangeAssembler {
public:
    /// Takes one event; appends what it completes to `items`. When an exchange has started but not ended
    /// it is also appended to `started` (a copy of what is known), so that a store can write it early.
    void take(JournalEvent event, std::vector<RecordItem>& items, std::vector<Exchange>* started = nullptr);

    /// Everything still under way, as Unfinished, in order of id; the assembler is empty afterwards.
    std::vector<Exchange> finish();

private:
    std::unordered_map<std::uint64_t, Exchange> under_way_;
    std::unordered_map<ConnectionId, Connection> open_;
};

}  // namespace why401
