#pragma once
// `why401 check CAPTURE`: explain for continuous integration. One line per finding that fails the check, or
// JSON, or SARIF 2.1.0 for the places that show such results.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace why401::cli {

struct CheckOptions {
    std::vector<std::filesystem::path> files;
    std::string fail_on = "error";  ///< see fail_on.h
    bool json = false;              ///< as `explain --json`
    bool sarif = false;
    std::string version = "0.1.0";
};

/// Returns 0, 1 (findings that fail), 2 (usage) or 3 (input unreadable).
int check_command(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
