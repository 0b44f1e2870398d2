#pragma once
// TLS towards clients: one context for all hosts, each connection with the leaf of its own.

#include <functional>

#include "certs/context.h"
#include "certs/leaf.h"
#include "certs/tls.h"

namespace why401::certs {

class ClientSide {
public:
    explicit ClientSide(const Authority& authority);

    SSL_CTX* context() const { return context_.get(); }
    std::string key_pin() const { return mint_.key_pin(); }
    /// Throws CertsError: see Tls::to_client.
    std::unique_ptr<TlsEngine> engine(const ClientWish& wish, std::chrono::system_clock::time_point now);

private:
    LeafMint mint_;
    OwnedContext context_;
};

}  // namespace why401::certs
