#pragma once
// Reads HTTP.sys's own log (HTTPERR): requests that it answered or dropped before IIS saw them, each with its
// reason and the client's port. Connections that ended without a request are counted, not told one by one.

#include <istream>

#include "store/log_exchange.h"

namespace why401 {

/// `name` stands in the sentences; #Fields may be missing. Throws LogError when nothing in it can be read.
LogReading read_httperr(std::istream& in, const std::string& name, const LogWishes& wishes,
                        const ItemSink& sink);

}  // namespace why401
