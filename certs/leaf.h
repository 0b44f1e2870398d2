#pragma once
// Certificates for the hosts that are intercepted, one each, vouched for by the local CA. All share one key
// that lives and dies with this run and is never the CA's. It decides nothing about who deserves one.

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "certs/authority.h"
#include "record/tls.h"

namespace why401::certs {

/// Shared by the connections that show it.
struct Leaf {
    Leaf() = default;
    ~Leaf();
    Leaf(const Leaf&) = delete;
    Leaf& operator=(const Leaf&) = delete;

    X509* certificate = nullptr;  ///< owned
    CertificateFacts facts;
};

class LeafMint {
public:
    /// `authority` outlives it. Makes the key of this run. At most `limit` leaves are remembered.
    explicit LeafMint(const Authority& authority, std::size_t limit = 1000);
    ~LeafMint();

    /// The leaf for a DNS name (an A-label is taken as it is) or an IP literal without brackets: the SAN is
    /// exactly that, critical where the subject is empty (no CN over 64 characters); seven days from an hour
    /// before `now`; EKU serverAuth, CA:FALSE, random serial of 128 bits, AKI the CA's SKI. Made anew when
    /// the remembered one would expire within a day. Throws CertsError for a name that no certificate can
    /// hold.
    std::shared_ptr<const Leaf> for_host(std::string_view host, std::chrono::system_clock::time_point now);

    EVP_PKEY* key() const;  ///< borrowed
    /// Base64 of the SHA-256 of that key's SubjectPublicKeyInfo: a pin as RFC 7469 2.4 has it.
    std::string key_pin() const;
    std::size_t remembered() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::certs
