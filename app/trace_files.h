#pragma once
// Files that other programs wrote (HAR, SAZ, network logs, packet captures), as `explain` takes them.

#include <filesystem>
#include <functional>

#include "app/explanation.h"

namespace why401 {

/// Gives the items of a file whose kind `source` names, in order, and completes what `source` says of it.
/// Throws UnreadableInput with the file's name.
void read_trace_file(const std::filesystem::path& file, ExplainedSource& source,
                     const std::function<void(RecordItem)>& sink);

}  // namespace why401
