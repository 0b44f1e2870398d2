#pragma once
// `why401 open [BROWSER] URL`: a proxy, and a browser in a profile of its own that asks everything of it, for
// as long as that browser runs.

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/proxy_command.h"

namespace why401::cli {

struct BrowseOptions {
    ProxyCommand proxy;
    std::string browser;  ///< by name; empty: whichever there is
    std::string url;      ///< empty: the page that says that it works
    std::vector<std::string> browser_arguments;
};

/// Returns 0 when the browser has ended or a signal ended it; 2 for a URL that is none, and when there is no
/// browser or display to be had; 4 when an address cannot be had or the browser does not start.
int browse_command(BrowseOptions options, std::ostream& err);

}  // namespace why401::cli
