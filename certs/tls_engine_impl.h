#pragma once
// What an engine of either leg is made of. origin_side.h and client_side.h each make their own kind of it.

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "certs/memory_pipe.h"
#include "certs/owned.h"
#include "certs/tls_engine.h"

namespace why401::certs {

struct TlsEngine::Impl {
    /// Over a new connection of `context`. Throws CertsError where OpenSSL has none to give.
    Impl(SSL_CTX* context, std::string host);
    virtual ~Impl();
    Impl(const Impl&) = delete;

    static Impl& of(const SSL* ssl);

    void receive(std::string_view ciphertext);
    void peer_ended();
    std::size_t read(char* into, std::size_t room);
    void write(std::string_view plaintext);
    void finish();
    void shake_hands();

    void fail(TlsRefusal why);

    MemoryPipe pipe;
    Owned<SSL, SSL_free> ssl;
    const std::string host;
    Phase phase = Phase::Handshake;
    bool peer_has_ended = false;        ///< its TCP connection
    bool peer_has_finished = false;     ///< close_notify
    bool finished = false;              ///< ours
    bool certificate_sent = false;      ///< client leg: ours
    bool hello_received = false;        ///< upstream leg: the ServerHello
    int alert_received = -1;            ///< fatal
    std::string first_bytes;            ///< of the handshake, a few: they tell what speaks no TLS
    std::optional<TlsRefusal> refused;  ///< why a check of ours is about to end the handshake
    TlsRefusal failure;
    TlsFacts facts;

protected:
    virtual bool to_server() const = 0;
    virtual void opened() = 0;  ///< the handshake is over
    virtual void failed() {}
    virtual void heard() {}  ///< something was read: a session ticket may have come
    virtual void alert_sent(int) {}

private:
    void consider(int result);
    TlsRefusal why_it_ended() const;
    static void on_info(const SSL* ssl, int where, int value);
};

}  // namespace why401::certs
