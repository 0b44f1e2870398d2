#pragma once
// How a person makes a system, a browser or a program trust the local CA, and how to undo it: words and
// commands, as plain values for the command line and the set-up page. Nothing is done here.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::certs {

struct TrustStep {
    std::string text;     ///< a sentence; may be empty
    std::string command;  ///< to be copied; may be empty, several lines
};

struct TrustSteps {
    std::string title;  ///< "Java"
    std::vector<TrustStep> trust, undo;
    std::string remark;  ///< what else to know; may be empty
};

/// "windows", "macos", "debian", "firefox", "chromium", "java", "node", "python", "curl", "git", "wget",
/// "dotnet", "go".
const std::vector<std::string>& trust_systems();

/// `ca_file` is where the certificate (PEM) lies on that machine, `ca_name` its CN. Nothing for an unknown
/// system.
std::optional<TrustSteps> trust_steps(std::string_view system, const std::string& ca_file,
                                      const std::string& ca_name);

}  // namespace why401::certs
