#pragma once
// `why401 proxy`: the proxy, its recorder and its API until a signal ends it; a line per finding as it
// happens.

#include <filesystem>
#include <ostream>

#include "app/service.h"

namespace why401::cli {

struct ProxyCommand {
    ServiceOptions service;
    std::filesystem::path ready_file;  ///< written whole once everything listens; empty: none
    bool json_log = false;
};

/// Serves until SIGINT or SIGTERM and returns 0, findings or not; 2 when a file cannot be made, 4 when an
/// address cannot be had. Everything it says goes to `err`.
int proxy_command(ProxyCommand command, std::ostream& err);

}  // namespace why401::cli
