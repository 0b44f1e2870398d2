#pragma once
// The CA's certificate as those need it who look at it, hand it out or trust it. The key is not touched: what
// is said here can be said also where the key is lost or must not be used.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace why401::certs {

struct CaCertificate {
    std::filesystem::path file;  ///< PEM
    std::string pem, der;
    std::string name;    ///< its CN
    std::string sha256;  ///< of the DER, lower-case hex
    std::chrono::system_clock::time_point expires;
    std::vector<std::string> only_hosts;  ///< X.509 name constraints; empty: none

    std::string short_hash() const { return sha256.substr(0, 8); }
};

/// The certificate in `folder` (see Authority); nothing when there is none. Throws CertsError when it cannot
/// be read.
std::optional<CaCertificate> current_ca(const std::filesystem::path& folder);
/// Those that were set aside there when they expired; what is no certificate is passed over.
std::vector<CaCertificate> former_cas(const std::filesystem::path& folder);

}  // namespace why401::certs
