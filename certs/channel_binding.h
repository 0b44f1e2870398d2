#pragma once
// What binds a login to a TLS connection: the hash of the certificate that the client saw, as RFC 5929 and
// Windows compute it. Pure computations over certificates.

#include <openssl/types.h>

#include <string>
#include <string_view>

#include "record/tls.h"

namespace why401::certs {

/// RFC 5929 4.1, raw bytes: the certificate's DER hashed with the hash of its signature algorithm, but
/// SHA-256 for MD5 and SHA-1. RSASSA-PSS: the hash its parameters name. Empty where the algorithm uses no
/// single hash of its own and none is agreed on: Ed25519 and Ed448 (RFC 8410; Windows and OpenSSL define
/// none).
std::string tls_server_end_point(const X509& certificate);

/// MS-NLMP 3.1.5.1.2 and RFC 2744 3.11: the MD5, 16 raw bytes, of a gss_channel_bindings_struct whose
/// application data is "tls-server-end-point:" and `end_point` (raw), its addresses empty. Empty for an empty
/// one.
std::string ntlm_channel_binding(std::string_view end_point);

CertificateFacts facts_of(const X509& certificate);

}  // namespace why401::certs
