#pragma once
// The options of `why401 proxy`: their names and help, and what their values mean together.

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/proxy_command.h"

namespace why401::cli {

/// Options as text, each checked by itself already.
struct ProxyOptionTexts {
    std::vector<std::string> listen{"127.0.0.1:8401"};
    std::string ui = "127.0.0.1:8402";
    std::string policy = "affinity";
    std::vector<std::string> faults;
    std::string capture;
    std::string capture_limit = "0";
    std::string max_body = "1M";
    std::string upstream_proxy;
    std::vector<std::string> allow_remote;
    std::vector<std::string> map;
    std::string log_format = "text";
    std::string ready;
    bool lab = false;
    std::string intercept = "none";
    std::vector<std::string> tunnel, tls_insecure_upstream;
    std::string upstream_ca, keylog;
};

/// Adds the options to `command`; the values arrive in the result when it is parsed. `intercept`: what is
/// decrypted when nothing is said.
std::shared_ptr<ProxyOptionTexts> add_proxy_options(CLI::App& command, const std::string& intercept = "none");
/// Those of them that the demo has too: where to listen, what to record.
std::shared_ptr<ProxyOptionTexts> add_demo_options(CLI::App& command);

/// Throws CLI::ValidationError naming the option when values do not fit together, and std::runtime_error when
/// no place for captures is known.
ProxyCommand proxy_command_of(const ProxyOptionTexts& texts);

}  // namespace why401::cli
