#pragma once
// An exchange as a run of bytes: the form in which many are kept. The value itself has a dozen blocks of
// memory, which are dear to let go of long after; bytes stand side by side in large blocks. They never leave
// this process: this is no format.

#include <string>
#include <string_view>

#include "record/exchange.h"

namespace why401 {

/// Appends to `out`.
void pack(const Exchange& exchange, std::string& out);

/// The exchange that pack() was given; its heads are read anew. `packed` must come from pack().
Exchange unpack(std::string_view packed);

}  // namespace why401
