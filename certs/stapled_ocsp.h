#pragma once
// What a server staples to its handshake about its own certificate (RFC 6066 8, RFC 6960). It asks nobody
// else, and believes only an answer that the certificate's issuer stands behind.

#include <openssl/x509.h>

#include <chrono>
#include <string_view>

namespace why401::certs {

enum class Staple {
    None,
    Good,
    Revoked,
    Unusable,  ///< unreadable, out of date, of another certificate, or signed by nobody who may
};

/// `der` is the OCSPResponse as it came; `chain` the verified one, the server's own certificate first;
/// `trusted` vouches for a responder that the issuer has delegated.
Staple read_staple(std::string_view der, STACK_OF(X509) * chain, X509_STORE* trusted,
                   std::chrono::system_clock::time_point now);

}  // namespace why401::certs
