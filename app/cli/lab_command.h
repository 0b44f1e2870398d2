#pragma once
// `why401 lab`: the IIS-like server alone. Refuses nothing of the command line: that has been read already.

#include <filesystem>
#include <ostream>
#include <string>

namespace why401::cli {

struct LabOptions {
    std::string listen = "127.0.0.1:8480";
    bool list = false;  ///< print the scenes and leave
    /// The CA, made when there is none, that vouches for the lab's https; empty: plain http only.
    std::filesystem::path ca_folder;
    std::string log_file;    ///< W3C log; empty: none
    std::string ready_file;  ///< written whole once the socket listens: {"lab": "127.0.0.1:PORT", "pid": N}
    bool proxy_support = false;
    unsigned idle_seconds = 120;       ///< then a quiet connection is closed, as IIS does
    unsigned handshake_seconds = 120;  ///< the same between CHALLENGE and AUTHENTICATE
};

/// Serves until SIGINT or SIGTERM and returns 0; 2 for an address that is none or a CA that cannot be used, 4
/// when it cannot listen or open a file. The address goes to `out`, complaints to `err`.
int lab_command(const LabOptions& options, std::ostream& out, std::ostream& err);
int lab_command(const LabOptions& options, std::ostream& out);  ///< complaints to stderr

}  // namespace why401::cli
