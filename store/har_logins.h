#pragma once
// Browsers send the messages of one NTLM or Negotiate login on one connection (RFC 4559 5): where a browser's
// file names none, those that answer each other at least share one. It links nothing else, and no file of a
// proxy.

#include <cstddef>

#include "store/trace_record.h"

namespace why401 {

/// Returns how many logins were linked.
std::size_t link_logins(TraceRecord& record);

}  // namespace why401
