#pragma once
// Exchanges of a capture together with their readings, as the file (or who replaced them in its reader) has
// them.

#include <vector>

#include "app/record_view.h"
#include "store/capture.h"

namespace why401 {

/// Those with after < id <= up_to, in order of id, at most `limit`. Throws CaptureError.
std::vector<LiveExchange> stored_exchanges(const CaptureReader& from, std::uint64_t after,
                                           std::uint64_t up_to, std::uint64_t limit);

}  // namespace why401
