#pragma once
// What the relay tells the recorder, append-only: the items of a record as they arise, and exchanges that are
// taking their time. The relay gathers an exchange while it carries it and hands it over whole, so that an
// exchange costs the journal one event.

#include <memory>
#include <variant>

#include "record/record_item.h"

namespace why401 {

/// A copy of what is known of an exchange that has not ended yet; bodies are left out. At most once for each.
struct ExchangeUnderWay {
    std::unique_ptr<Exchange> exchange;
};
struct ExchangeFinished {
    std::unique_ptr<Exchange> exchange;
};

using JournalEvent = std::variant<ConnectionFacts, ExchangeUnderWay, ExchangeFinished, PolicyChanged,
                                  FaultsChanged, FaultSeen, NotRecorded, InterceptionChanged>;

}  // namespace why401
