#pragma once
// `why401 doctor [URL]`: what this machine and a server have to say before one wonders.

#include <filesystem>
#include <ostream>
#include <string>

namespace why401::cli {

struct DoctorOptions {
    std::string url;                    ///< empty: this machine alone
    std::filesystem::path upstream_ca;  ///< as of the proxy
    bool json = false;
};

/// 0; 1 when something does not work; 2 for a URL that is none, or a file that cannot be used.
int doctor_command(const DoctorOptions& options, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
