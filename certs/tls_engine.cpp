#include "certs/tls_engine.h"

#include <openssl/err.h>

#include <cassert>
#include <utility>

#include "certs/authority.h"
#include "certs/tls_engine_impl.h"
#include "certs/tls_failure.h"

namespace why401::certs {
namespace {

constexpr std::size_t kFirstBytes = 48;

}  // namespace

TlsEngine::Impl::Impl(SSL_CTX* context, std::string host_name)
    : ssl(SSL_new(context)), host(std::move(host_name)) {
    if (!ssl) throw CertsError("OpenSSL has no memory for a TLS connection");
    BIO* bio = pipe.new_bio();
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_app_data(ssl.get(), this);
    SSL_set_info_callback(ssl.get(), on_info);
}

// Without its shutdown flags SSL_free would make the session non-resumable.
TlsEngine::Impl::~Impl() {
    if (phase == Phase::Open) SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

TlsEngine::Impl& TlsEngine::Impl::of(const SSL* ssl) { return *static_cast<Impl*>(SSL_get_app_data(ssl)); }

// Told of each message, under the state that it led to, and of each alert.
void TlsEngine::Impl::on_info(const SSL* ssl, int where, int value) {
    Impl& self = of(ssl);
    if ((where & SSL_CB_LOOP) != 0) {
        self.certificate_sent = self.certificate_sent || SSL_get_state(ssl) == TLS_ST_SW_CERT;
        self.hello_received = self.hello_received || SSL_get_state(ssl) == TLS_ST_CR_SRVR_HELLO;
    }
    if ((where & SSL_CB_ALERT) == 0) return;
    const bool fatal = (value >> 8) == SSL3_AL_FATAL;
    if ((where & SSL_CB_READ) != 0 && fatal) self.alert_received = value & 0xff;
    if ((where & SSL_CB_WRITE) != 0) self.alert_sent(value & 0xff);
}

void TlsEngine::Impl::receive(std::string_view ciphertext) {
    if (phase == Phase::Failed) return;
    if (phase == Phase::Handshake && first_bytes.size() < kFirstBytes)
        first_bytes += ciphertext.substr(0, kFirstBytes - first_bytes.size());
    pipe.receive(ciphertext);
    shake_hands();
}

void TlsEngine::Impl::peer_ended() {
    peer_has_ended = true;
    shake_hands();
}

void TlsEngine::Impl::shake_hands() {
    if (phase != Phase::Handshake) return;
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl.get());
    if (result != 1) return consider(result);
    phase = Phase::Open;
    std::string().swap(first_bytes);
    facts.version = SSL_get_version(ssl.get());
    facts.cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl.get()));
    facts.resumed = SSL_session_reused(ssl.get()) == 1;
    opened();
}

// What OpenSSL says when it goes no further. "Wants to read" means that all that came is used up.
void TlsEngine::Impl::consider(int result) {
    switch (SSL_get_error(ssl.get(), result)) {
        case SSL_ERROR_WANT_READ:
            if (peer_has_ended && phase == Phase::Handshake) fail(why_it_ended());
            return;
        case SSL_ERROR_ZERO_RETURN:
            peer_has_finished = true;
            if (phase == Phase::Handshake) fail(why_it_ended());
            return;
        default: fail(refused ? *std::move(refused) : why_it_ended());
    }
}

TlsRefusal TlsEngine::Impl::why_it_ended() const {
    TlsEnd end;
    end.to_server = to_server();
    end.host = host;
    end.error = ERR_peek_error();
    end.alert = alert_received;
    end.first_bytes = first_bytes;
    end.peer_ended = peer_has_ended;
    end.client_certificate_asked = facts.client_certificate_asked;
    end.peer_saw_certificate = certificate_sent;
    end.peer_chose = hello_received;
    return explain(end);
}

void TlsEngine::Impl::fail(TlsRefusal why) {
    if (to_server() && phase == Phase::Handshake) facts.refusal = why;
    if (phase == Phase::Open) facts.remarks.push_back(why.what);
    failure = std::move(why);
    phase = Phase::Failed;
    failed();
    ERR_clear_error();
}

std::size_t TlsEngine::Impl::read(char* into, std::size_t room) {
    shake_hands();
    if (phase != Phase::Open || peer_has_finished) return 0;
    ERR_clear_error();
    std::size_t length = 0;
    const int result = SSL_read_ex(ssl.get(), into, room, &length);
    if (result != 1) consider(result);
    heard();
    return length;
}

void TlsEngine::Impl::write(std::string_view plaintext) {
    assert(phase != Phase::Handshake && !finished);
    if (phase != Phase::Open || finished || plaintext.empty()) return;
    ERR_clear_error();
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl.get(), plaintext.data(), plaintext.size(), &written);
    if (result != 1) consider(result);
}

// The first call of SSL_shutdown sends close_notify; it is the reader who awaits the peer's.
void TlsEngine::Impl::finish() {
    if (phase != Phase::Open || std::exchange(finished, true)) return;
    ERR_clear_error();
    SSL_shutdown(ssl.get());
    ERR_clear_error();
}

TlsEngine::TlsEngine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsEngine::~TlsEngine() = default;

void TlsEngine::receive(std::string_view ciphertext) { impl_->receive(ciphertext); }
void TlsEngine::peer_ended() { impl_->peer_ended(); }
std::size_t TlsEngine::read(char* into, std::size_t room) { return impl_->read(into, room); }
void TlsEngine::write(std::string_view plaintext) { impl_->write(plaintext); }
void TlsEngine::finish() { impl_->finish(); }
std::string TlsEngine::take_to_send() { return impl_->pipe.take_to_send(); }
bool TlsEngine::has_to_send() const { return impl_->pipe.has_to_send(); }
TlsEngine::Phase TlsEngine::phase() const { return impl_->phase; }
const TlsRefusal& TlsEngine::failure() const { return impl_->failure; }
const TlsFacts& TlsEngine::facts() const { return impl_->facts; }

bool TlsEngine::was_cut_off() const { return impl_->peer_has_ended && !impl_->peer_has_finished; }

// After the TCP connection's end what is still held may be read first, then it has ended.
bool TlsEngine::ended() const { return impl_->peer_has_finished || impl_->peer_has_ended; }

}  // namespace why401::certs
