#pragma once
// The IIS substatus of a 401: read off the page where it says, else inferred from what the exchange looks
// like, with the confidence that deserves. Pages of this proxy are never read as the server's.

#include <optional>

#include "analysis/facts.h"
#include "analysis/timeline.h"

namespace why401 {

/// Empty for anything but a 401 of a server that is, or may be, IIS.
std::optional<Substatus> read_substatus(const ExchangeFacts& facts, const Standing& standing);

}  // namespace why401
