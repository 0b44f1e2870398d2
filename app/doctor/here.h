#pragma once
// This machine: ports, folders, the CA, browsers, the environment. It looks and changes nothing.

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/browser/browser.h"
#include "app/doctor/check.h"
#include "app/runtime_file.h"
#include "certs/trust_stores.h"
#include "net/endpoint.h"

namespace why401::doctor {

/// Whether `command` can listen there; `instances` are those that run.
Check port(const net::Endpoint& address, const std::string& option, const std::vector<Instance>& instances);

/// Whether files can be made in it, or it can be made itself. `what` it is for: "captures".
Check folder(const std::string& what, const std::filesystem::path& folder);

/// The CA in `folder`, and where it is trusted.
std::vector<Check> ca(const std::filesystem::path& folder, const certs::TrustPlaces& places,
                      std::chrono::system_clock::time_point now);

/// What `why401 open` could start; `has_certutil`: Firefox can be made to trust the CA.
std::vector<Check> browsers(const std::vector<browser::Browser>& installed, bool has_certutil);

/// Variables that lead programs past a proxy, or to another one.
std::vector<Check> environment(const std::function<const char*(const char*)>& variable);

}  // namespace why401::doctor
