#pragma once
// Changes and troubles of a record as the JSON that events and lists of them show.

#include <string>

#include "record/record_item.h"

namespace why401 {

std::string event_json(const PolicyChanged& event);  ///< {"policy", "before", "time"}
std::string event_json(const FaultsChanged& event);  ///< {"enabled": [...], "time"}
/// {"intercept": [...], "tunnel": [...], "time"}
std::string event_json(const InterceptionChanged& event);
std::string event_json(const FaultSeen& event);  ///< {"connection": "C1" | null, "whose", ..., "time"}

/// The same with {"kind": "policy" | "faults" | "interception"} in front: an entry of a list of them all.
std::string switch_json(const PolicyChanged& event);
std::string switch_json(const FaultsChanged& event);
std::string switch_json(const InterceptionChanged& event);

}  // namespace why401
