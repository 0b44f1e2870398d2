#pragma once
// The TLS sessions that servers gave us, the newest of each server, and what was known of the connection that
// brought it: a resumed handshake shows no certificate. Bounded: the one unused for longest goes.

#include <openssl/ssl.h>

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "certs/owned.h"
#include "record/tls.h"

namespace why401::certs {

using OwnedSession = Owned<SSL_SESSION, SSL_SESSION_free>;

class SessionCache {
public:
    struct Entry {
        OwnedSession session;
        TlsFactsPtr facts;  ///< of the full handshake
    };

    explicit SessionCache(std::size_t limit) : limit_(limit) {}

    void put(const std::string& server, Entry entry);
    /// Stays valid until the cache changes; null: none.
    const Entry* find(const std::string& server);
    void forget(const std::string& server);
    std::size_t size() const { return by_server_.size(); }

private:
    using Kept = std::list<std::pair<std::string, Entry>>;

    std::size_t limit_;
    Kept kept_;  ///< the latest used first
    std::map<std::string, Kept::iterator> by_server_;
};

}  // namespace why401::certs
