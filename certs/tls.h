#pragma once
// TLS for both legs: one OpenSSL context per side, shared by all connections of a run, with what they
// remember of each other (sessions) and whom they trust. It makes engines (tls_engine.h), must be there while
// they are used, and touches no socket.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "certs/authority.h"
#include "certs/leaf.h"
#include "certs/tls_engine.h"

namespace why401::certs {

struct TlsOptions {
    /// PEM file whose certificates are trusted for servers, besides the system's roots and our own CA.
    std::filesystem::path upstream_ca;
    /// Whether the certificate of this host is not to be checked (--tls-insecure-upstream); may be empty.
    std::function<bool(const std::string& host)> insecure_upstream;
    /// Secrets of both legs are appended here (SSLKEYLOGFILE format, made 0600); empty: nowhere.
    std::filesystem::path keylog;
    std::function<std::chrono::system_clock::time_point()> now;  ///< empty: the system's clock
};

/// An upstream handshake to be made.
struct OriginWish {
    std::string host;               ///< verified; sent as SNI unless it is an IP literal. No brackets.
    std::string peer;               ///< "web01:443": with the host, whose session may be resumed
    std::vector<std::string> alpn;  ///< offered, in order; empty: the extension is left out
};

/// A client's handshake to be answered.
struct ClientWish {
    std::string host;  ///< our leaf is for this name
    /// The protocol to choose, which the client has offered; empty: the extension is left out. A client that
    /// offers ALPN without it is refused where `alpn_required` (RFC 7301 3.2).
    std::string alpn;
    bool alpn_required = false;
};

class Tls {
public:
    /// `authority` outlives it. Throws CertsError: a CA file or key log that cannot be used.
    Tls(const Authority& authority, TlsOptions options);
    ~Tls();

    /// For a host that no certificate can name, an engine that has failed: nothing goes out.
    std::unique_ptr<TlsEngine> to_origin(const OriginWish& wish);
    /// Throws CertsError for a host that no certificate can name.
    std::unique_ptr<TlsEngine> to_client(const ClientWish& wish);
    /// The pin (RFC 7469 2.4, Base64) of the key that all our certificates of this run have.
    std::string key_pin() const;

    /// For this run, a server of this name may show this one certificate (64 hex digits) although a check of
    /// it fails. From any thread.
    void except(const std::string& host, const std::string& sha256);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::certs
