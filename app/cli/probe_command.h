#pragma once
// `why401 probe URL`: the options as texts, checked; the probe's answer as text or JSON; its exit code.

#include <iosfwd>
#include <string>
#include <vector>

namespace why401::cli {

struct ProbeCommandOptions {
    std::string url, user, password_file, upstream_ca, output, version;
    std::vector<std::string> map;
    bool negotiate = false, gently = false, json = false;
};

/// 0 nothing is wrong, 1 something is, 2 usage, 4 the server cannot be reached, 130 stopped.
int probe_command(const ProbeCommandOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
