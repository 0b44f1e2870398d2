#pragma once
// `why401 run -- CMD...`: a proxy for as long as one command runs, which finds it by its environment.

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/proxy_command.h"

namespace why401::cli {

struct RunOptions {
    ProxyCommand proxy;
    std::vector<std::string> command;
    bool quiet = false;  ///< say nothing unless something is wrong
};

/// Returns the command's exit code, 128 and the signal's number for one that a signal ended; 127 and 126, as
/// shells do, when it is not found or cannot be executed; of our own 2 and 4 as proxy_command(). What has
/// been found is said on `err` when the command has ended: until then the terminal is the command's.
int run_command(RunOptions options, std::ostream& err);

}  // namespace why401::cli
