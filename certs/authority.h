#pragma once
// The certificate authority of this installation: made once, kept in a private folder, used to vouch for the
// hosts that the proxy opens TLS for. It refuses a key that others can read, and never overwrites anything.
// It puts itself into no trust store: see trust_stores.h.

#include <openssl/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace why401::certs {

/// A sentence for a person that names the file.
struct CertsError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct AuthorityOptions {
    /// X.509 name constraints (RFC 5280 4.2.1.10) of a CA that is made now: it can then vouch for these
    /// domains only. Empty: for any.
    std::vector<std::string> only_hosts;
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

class Authority {
public:
    /// Opens the CA in `folder`, or makes one there: `ca.key` (0600) and `ca.pem` in a folder of mode 0700,
    /// created exclusively; ECDSA P-256, critical CA:TRUE pathlen:0, keyCertSign and cRLSign only, one year,
    /// "why401 CA <host> <date>". Two processes that start at once end with the same one. One that has
    /// expired is set aside (ca-<date>.pem) and replaced. Throws CertsError: a key that others can read, a
    /// key that does not fit its certificate, a file that cannot be read or written.
    static Authority open_or_create(const std::filesystem::path& folder,
                                    const AuthorityOptions& options = {});
    /// As above, but throws when there is none: for commands that only look.
    static Authority open(const std::filesystem::path& folder);
    static bool exists(const std::filesystem::path& folder);

    Authority(Authority&&) noexcept;
    ~Authority();

    const std::filesystem::path& certificate_file() const;  ///< PEM, the certificate alone
    const std::string& pem() const;                         ///< the certificate alone
    const std::string& name() const;                        ///< its CN
    const std::string& sha256() const;                      ///< of the DER, lower-case hex
    std::chrono::system_clock::time_point expires() const;
    bool was_created() const;  ///< by this call of open_or_create()

    X509* certificate() const;  ///< borrowed
    EVP_PKEY* key() const;      ///< borrowed; leaves this class for signing leaves only

private:
    struct Impl;
    explicit Authority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::certs
