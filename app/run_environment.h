#pragma once
// The environment variables by which programs find a proxy and the CAs they trust; the .cpp says whose they
// are. It sets none: it says what to set. Files are read by the last two functions alone.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace why401 {

using Variables = std::vector<std::pair<std::string, std::string>>;
using VariableLookup = std::function<const char*(const char*)>;

/// What sends a program's http and https to `proxy` ("127.0.0.1:8401"), its requests to this machine
/// included. ALL_PROXY stays as it is: what is neither http nor https is none of ours.
Variables proxy_variables(const std::string& proxy, const VariableLookup& variable);

/// PEM files: `bundle` holds the roots that were trusted so far and our CA, `addition` what is trusted
/// besides the program's own roots.
Variables trust_variables(const std::filesystem::path& bundle, const std::filesystem::path& addition);

struct Roots {
    std::string pem;
    std::filesystem::path file;  ///< empty: there is none, and `pem` is empty
};
/// What programs with OpenSSL trust so far: SSL_CERT_FILE, else the system's bundle.
Roots system_roots(const VariableLookup& variable);

/// What Node trusts so far besides its own roots (NODE_EXTRA_CA_CERTS); may be empty.
std::string extra_roots(const VariableLookup& variable);

}  // namespace why401
