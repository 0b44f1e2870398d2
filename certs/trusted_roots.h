#pragma once
// Whom this machine trusts to vouch for servers. No start waits for the system's roots: to read them all
// takes 20 ms.

#include <filesystem>

#include "certs/authority.h"
#include "certs/owned.h"

namespace why401::certs {

using OwnedStore = Owned<X509_STORE, X509_STORE_free>;

/// Our own CA and the PEM file `more`, unless that is empty. Throws CertsError: it holds no certificate.
OwnedStore trusted_roots(const Authority& authority, const std::filesystem::path& more);

/// The system's: SSL_CERT_DIR and SSL_CERT_FILE count, as for any user of OpenSSL. Where there is a folder
/// and no such file is named, each root is read when a server needs it; else all are read now.
void add_system_roots(X509_STORE* store);

}  // namespace why401::certs
