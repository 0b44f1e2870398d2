#pragma once
// What OpenSSL makes is owned and freed here, and what it refuses becomes a sentence.

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace why401::certs {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using OwnedX509 = Owned<X509, X509_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedBio = Owned<BIO, BIO_free>;

/// Throws CertsError unless `done`: "OpenSSL cannot <what> (<its reason>)." Leaves its error queue empty, so
/// that no later call on this thread is blamed.
void require(bool done, const std::string& what);

std::string der_of(const X509& certificate);
std::string pem_of(const X509& certificate);
std::string sha256_of(const X509& certificate);  ///< of the DER, lower-case hex
/// The first certificate in PEM text; null when there is none that can be read.
OwnedX509 certificate_from_pem(std::string_view pem);
/// The private key in PEM text; null when there is none, or it has a password: nobody is asked.
OwnedKey key_from_pem(std::string_view pem);

}  // namespace why401::certs
