#pragma once
// A CA in one NSS database (cert9.db), through NSS's own certutil. It is trusted for servers and nothing
// else; a password of the database is never asked for.

#include <filesystem>
#include <optional>
#include <string>

#include "certs/trust_stores.h"

namespace why401::certs {

/// As in trust_stores.h.
std::optional<bool> nss_trusts(const std::string& certutil, const std::filesystem::path& folder,
                               const CaCertificate& ca);
TrustChange nss_trust(const std::string& certutil, const std::filesystem::path& folder,
                      const CaCertificate& ca);
TrustChange nss_untrust(const std::string& certutil, const std::filesystem::path& folder,
                        const CaCertificate& ca);

}  // namespace why401::certs
