#pragma once
// What every command that runs a proxy does the same way: room for sockets, what is said at the end, and the
// exit code of a start that failed.

#include <functional>
#include <ostream>
#include <string>

#include "app/cli/run_log.h"
#include "app/service.h"

namespace why401::cli {

/// As many open files as the system lets us have: two for each client.
void raise_file_limit();

/// Where a client on this machine reaches it: "127.0.0.1:8401", also when it listens everywhere.
std::string proxy_for_clients(const Service& service);

/// The CA's certificate (PEM), when clients have to trust it; empty: no TLS is opened.
std::filesystem::path ca_to_trust(const Service& service);

/// After Service::finish(): what passed, in numbers, and how to look at the capture.
void warn_of_unchecked(RunLog& log, const Service& service);
void sum_up(RunLog& log, const Service& service);

/// What `work` returns; when it throws, a sentence to `err` that names the command, and 2 for a file or a CA
/// that cannot be made or used, 4 for an address that cannot be had.
int told_if_it_fails(const std::string& command, std::ostream& err, const std::function<int()>& work);

}  // namespace why401::cli
