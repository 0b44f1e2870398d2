#pragma once
// `why401 open FILE.why401`: the page over a capture file, without a proxy.

#include <filesystem>
#include <ostream>
#include <string>

namespace why401::cli {

struct OpenOptions {
    std::string what;                  ///< the capture file
    std::string ui = "127.0.0.1:0";    ///< a free port: a proxy may be running beside it
    std::filesystem::path ready_file;  ///< written whole once it listens; empty: none
};

/// Serves until SIGINT or SIGTERM and returns 0; 2 for a bad address, 3 when the
/// file cannot be read, 4 when the address cannot be had. Everything it says goes to `err`.
int open_command(const OpenOptions& options, std::ostream& err);

}  // namespace why401::cli
