#pragma once
// `why401 explain FILE...`: verdicts for saved traffic. It computes everything anew from the recorded facts,
// never from a cache, and needs no network. Several files are merged on one clock.

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace why401::cli {

struct ExplainOptions {
    std::vector<std::filesystem::path> files;
    bool json = false;
    std::string fail_on = "error";  ///< see fail_on.h
    std::string version = "0.1.0";
    std::string check_user = {};               ///< whose credentials to recompute; empty: nobody's
    std::filesystem::path password_file = {};  ///< empty: asked for on the terminal
    std::filesystem::path keytab = {};         ///< opens Kerberos tickets; empty: none
};

/// Returns the exit code of the contract: 0 nothing at or above `fail_on`, 1 findings, 2 usage, 3 input
/// unreadable.
int explain_command(const ExplainOptions& options, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
