#pragma once
// One side of one TLS connection as a machine over memory: ciphertext in, plaintext out, and back. It knows
// no socket, no clock and no policy; tls.h makes it. While nothing moves it holds no buffer.
//
// Whoever drives it: receive() what came, read() until it gives nothing, send what to_send() holds, and look
// at phase(). A client's engine has something to send from the start.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "record/tls.h"

namespace why401::certs {

class TlsEngine {
public:
    enum class Phase : std::uint8_t {
        Handshake,  ///< under way
        Open,       ///< both ways, or what is left of them: see ended()
        Failed,  ///< see failure(); an alert may still be waiting in to_send(). May follow Open: in TLS 1.3 a
                 ///< server refuses a client (without a certificate, say) when that is Open already
    };

    struct Impl;
    explicit TlsEngine(std::unique_ptr<Impl> impl);
    ~TlsEngine();
    TlsEngine(const TlsEngine&) = delete;

    /// Ciphertext from the peer. All of it is taken; what completes no record yet is kept.
    void receive(std::string_view ciphertext);
    /// The peer's TCP connection has ended: before the end of the handshake that is a failure; after it, what
    /// was received so far is all there is.
    void peer_ended();

    /// Plaintext into `into`; 0 when there is none now. Also moves the handshake on.
    std::size_t read(char* into, std::size_t room);
    /// Plaintext to the peer. Only once Open, and before finish(); after a failure it goes nowhere.
    void write(std::string_view plaintext);
    /// No more plaintext will be written: close_notify. Reading goes on (RFC 8446 6.1). The session stays
    /// resumable.
    void finish();

    /// Ciphertext to be sent; the caller takes all of it.
    std::string take_to_send();
    bool has_to_send() const;

    Phase phase() const;
    /// Its TCP connection ended without close_notify: what came may have been cut off (RFC 8446 6.1).
    bool was_cut_off() const;
    bool ended() const;  ///< the peer has sent close_notify, or peer_ended() was said
    /// Of Phase::Failed: what failed, and whether by a check of ours (upstream leg: TlsRefusal::check) or by
    /// the peer's alert. The codes are listed in tls_failure.h.
    const TlsRefusal& failure() const;
    /// What is known now: complete when the handshake is over, and after a failure as far as it came.
    const TlsFacts& facts() const;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401::certs
