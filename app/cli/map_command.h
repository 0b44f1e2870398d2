#pragma once
// `why401 map CAPTURE`: the connection map as text. Per origin, time runs down; on the left the client
// connections, filled with whom the client believes it is, on the right the upstream connections, filled with
// whom the server knows. A line whose two ends have different letters is the bug.

#include <filesystem>
#include <iosfwd>
#include <string>

namespace why401::cli {

struct MapOptions {
    std::filesystem::path file;
    bool ascii = false;  ///< no character beyond ASCII
};

/// Returns 0, 2 (usage) or 3 (input unreadable).
int map_command(const MapOptions& options, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
