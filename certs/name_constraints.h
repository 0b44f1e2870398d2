#pragma once
// X.509 name constraints (RFC 5280 4.2.1.10): for which hosts a CA may vouch.

#include <openssl/types.h>

#include <string>
#include <vector>

namespace why401::certs {

/// Adds the critical extension that permits the certificate's leaves these hosts only: "corp.example" or
/// "*.corp.example" (a domain and all below it), or an IP literal. Kinds of names of which none is permitted
/// are excluded, or they would all be free. Throws CertsError for what is no host.
void constrain(X509& certificate, const std::vector<std::string>& hosts);

/// What a CA is constrained to: "corp.example", "192.0.2.1"; empty: nothing.
std::vector<std::string> permitted_hosts(const X509& certificate);

}  // namespace why401::certs
