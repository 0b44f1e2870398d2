#pragma once
// Several records on one clock. Each keeps its own order; between them the wall clock decides. Connections
// get the letter of their source (A:C1), exchanges new numbers in order of their start. It judges nothing.

#include <string>
#include <vector>

#include "record/record_item.h"

namespace why401 {

constexpr std::size_t kMostSources = 26;  // a letter each

struct MergedItem {
    RecordItem item;
    std::string source;           ///< "A", "B" ...
    std::uint64_t source_id = 0;  ///< an exchange's number in its own record
};

/// At most kMostSources records.
std::vector<MergedItem> merge(std::vector<std::vector<RecordItem>> records);

}  // namespace why401
