#pragma once
// For tests: the other end of an engine, made of OpenSSL alone, and the wire between the two.

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "certs/context.h"
#include "certs/session_cache.h"
#include "certs/test_certificates.h"
#include "certs/tls_engine.h"

namespace why401::certs {

/// An SSL object over two memory BIOs.
class PlainPeer {
public:
    PlainPeer(SSL_CTX* context, bool accepts) : ssl_(SSL_new(context)) {
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (accepts)
            SSL_set_accept_state(ssl_.get());
        else
            SSL_set_connect_state(ssl_.get());
    }

    SSL* ssl() { return ssl_.get(); }

    void receive(std::string_view bytes) {
        if (!bytes.empty()) BIO_write(SSL_get_rbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
    }
    std::string take_to_send() {
        std::string out;
        char buffer[4096];
        for (int got = 0; (got = BIO_read(SSL_get_wbio(ssl()), buffer, sizeof buffer)) > 0;)
            out.append(buffer, static_cast<std::size_t>(got));
        return out;
    }
    /// Goes on with the handshake, then with reading.
    void run() {
        ERR_clear_error();
        if (!SSL_is_init_finished(ssl())) SSL_do_handshake(ssl());
        if (SSL_is_init_finished(ssl())) {
            char buffer[4096];
            for (int got = 0; (got = SSL_read(ssl(), buffer, sizeof buffer)) > 0;)
                read.append(buffer, static_cast<std::size_t>(got));
        }
        const unsigned long error = ERR_peek_error();
        if (error != 0 && error_ == 0) error_ = error;
        ERR_clear_error();
    }
    void write(std::string_view text) { SSL_write(ssl(), text.data(), static_cast<int>(text.size())); }

    bool is_open() { return SSL_is_init_finished(ssl()) == 1; }
    int alert() const { return ERR_GET_REASON(error_) - SSL_AD_REASON_OFFSET; }  ///< the fatal one received
    int reason() const { return ERR_GET_REASON(error_); }

    std::string read;  ///< all plaintext so far

private:
    Owned<SSL, SSL_free> ssl_;
    unsigned long error_ = 0;
};

inline OwnedContext plain_server(const TestCertificate& own,
                                 const std::vector<const TestCertificate*>& chain = {}) {
    OwnedContext context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_use_certificate(context.get(), own.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), own.key.get());
    for (const TestCertificate* one : chain) SSL_CTX_add1_chain_cert(context.get(), one->certificate.get());
    return context;
}

/// Trusts `root` (null: whatever comes).
inline OwnedContext plain_client(X509* root) {
    OwnedContext context(SSL_CTX_new(TLS_client_method()));
    if (root != nullptr) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root);
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    }
    return context;
}

inline std::string read_all(TlsEngine& engine) {
    std::string out;
    char buffer[3000];
    for (std::size_t got = 0; (got = engine.read(buffer, sizeof buffer)) > 0;) out.append(buffer, got);
    return out;
}

/// How ciphertext is cut on its way.
using Cut = std::function<std::size_t(std::size_t left)>;
inline Cut whole() {
    return [](std::size_t left) { return left; };
}
inline Cut byte_by_byte() {
    return [](std::size_t) { return std::size_t{1}; };
}
inline Cut at_random(unsigned int seed) {
    return [random = std::mt19937(seed)](std::size_t left) mutable {
        return 1 + random() % std::min<std::size_t>(left, 700);
    };
}

/// An engine and what it has read.
struct EngineEnd {
    TlsEngine& engine;
    std::string read = {};

    void receive(std::string_view bytes) { engine.receive(bytes); }
    std::string take_to_send() { return engine.take_to_send(); }
    void run() { read += read_all(engine); }
};

template <class From, class To>
bool carry(From& from, To& to, const Cut& cut) {
    const std::string bytes = from.take_to_send();
    for (std::string_view left = bytes; !left.empty();) {
        const std::size_t length = cut(left.size());
        to.receive(left.substr(0, length));
        to.run();
        left.remove_prefix(length);
    }
    return !bytes.empty();
}

/// Carries bytes both ways until neither end has any to send.
template <class A, class B>
void converse(A& a, B& b, const Cut& cut = whole()) {
    a.run();
    b.run();
    for (bool moved = true; moved;) {
        moved = carry(a, b, cut);
        moved = carry(b, a, cut) || moved;
    }
}

}  // namespace why401::certs
