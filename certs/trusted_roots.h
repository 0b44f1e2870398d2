#pragma once
// Whom this machine trusts to vouch for servers. The system's roots are looked up in its hashed folder when a
// server needs one: to read them all would cost each start a tenth of a second.

#include <filesystem>

#include "certs/authority.h"
#include "certs/openssl_ptr.h"

namespace why401::certs {

/// The system's roots (SSL_CERT_DIR and SSL_CERT_FILE count, as for any user of OpenSSL), the PEM file `more`
/// unless it is empty, and our own CA. Throws CertsError: `more` holds no certificate.
StorePtr trusted_roots(const Authority& authority, const std::filesystem::path& more);

}  // namespace why401::certs
