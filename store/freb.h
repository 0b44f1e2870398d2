#pragma once
// Reads a failed request trace of IIS (FREB, fr000001.xml) into one exchange. Events are known by their
// opcode names and data by their names, which are the same in every language; descriptions are not read.
// Where the trace holds the request's fields and credentials among them, the request is rebuilt from them.

#include <string>
#include <string_view>

#include "store/log_exchange.h"

namespace why401 {

/// `name` stands in the sentences. Throws LogError when `xml` is no such trace; one that breaks off is read
/// as far as it goes.
LogReading read_freb(std::string_view xml, const std::string& name, const ItemSink& sink);

}  // namespace why401
