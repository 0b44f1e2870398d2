#pragma once
// One connection to a server: its certificates and its staple are judged while the handshake is under way,
// its session is kept for the next. Whom to trust and what to let pass is its side's to say (origin_side.h).

#include <string>

#include "certs/host_name.h"
#include "certs/origin_side.h"
#include "certs/tls_engine_impl.h"

namespace why401::certs {

struct ToOrigin final : TlsEngine::Impl {
    ToOrigin(OriginSide& by, HostName checked, std::string of_server)
        : Impl(by.context(), checked.text),
          side(by),
          checked_name(std::move(checked)),
          server(std::move(of_server)) {
        SSL_set_connect_state(ssl.get());
    }

    bool to_server() const override { return true; }
    void opened() override;
    void failed() override { side.sessions().forget(server); }
    void heard() override { keep_session(); }
    void alert_sent(int alert) override;

    /// The callbacks that all connections of a context need.
    static void attach_to(SSL_CTX* context);

    bool accept_certificates(X509_STORE_CTX* chain);
    bool accept_staple();
    bool accept(const TlsRefusal& fault, const std::string& codes);
    void note_certificate_request();
    void keep_session();

    OriginSide& side;
    const HostName checked_name;
    const std::string server;  ///< the key of its session
    int renegotiations = 0;    ///< asked for by the server, and declined
    OwnedSession new_session;  ///< not yet kept
    TlsFactsPtr of_full_handshake;
};

}  // namespace why401::certs
