#pragma once
// TLS towards servers: whom to trust, what to check while the handshake is still under way, which session to
// take up again. A server that fails a check gets an alert and nothing else.

#include <chrono>
#include <memory>
#include <string>

#include "certs/context.h"
#include "certs/exceptions.h"
#include "certs/session_cache.h"
#include "certs/tls.h"

namespace why401::certs {

class OriginSide {
public:
    /// Throws CertsError: a file of CAs that cannot be read.
    OriginSide(const Authority& authority, const TlsOptions& options);

    SSL_CTX* context() const { return context_.get(); }
    std::unique_ptr<TlsEngine> engine(const OriginWish& wish);
    void except(const std::string& host, const std::string& sha256);

    // For its engines.
    std::chrono::system_clock::time_point now() const { return options_.now(); }
    bool is_excepted(const std::string& host, const std::string& sha256) const;
    SessionCache& sessions() { return sessions_; }
    X509_STORE* trusted() const;

private:
    const SessionCache::Entry* session_for(const std::string& server, const std::string& host);

    const TlsOptions options_;
    OwnedContext context_;
    Exceptions exceptions_;
    SessionCache sessions_;
    bool knows_system_roots_ = false;  ///< they are made known when the first server is to be verified
};

}  // namespace why401::certs
