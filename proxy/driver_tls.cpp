// TLS between the relay machine and the sockets: ciphertext of a link goes through its engine, and the
// machine gets plaintext. What the engine has to say for itself goes out first.

#include "proxy/driver.h"
#include "proxy/instant.h"

namespace why401 {
namespace {

constexpr std::size_t kAtOnce = 64 * 1024;  ///< plaintext handed to the machine in one piece

}  // namespace

void Driver::secure(ConnectionId id, const TlsToServer& wish) {
    Wire* w = wire(id);
    if (!w) return;
    w->tls = options_.tls->to_origin({wish.host, wish.peer, wish.alpn});
    move_tls_soon(id);
}

void Driver::secure(ConnectionId id, const TlsToClient& wish, std::string_view received) {
    Wire* w = wire(id);
    if (!w) return;
    try {
        w->tls = options_.tls->to_client({wish.host, wish.alpn, wish.alpn_required});
        w->tls->receive(received);
        move_tls_soon(id);
    } catch (const certs::CertsError& error) {
        loop_.post([this, id, what = std::string(error.what())] {
            if (wire(id)) tls_failed(id, {"no-certificate", what, "", "", false}, {});
        });
    }
}

// The machine is never answered from inside of its own call.
void Driver::move_tls_soon(ConnectionId id) {
    loop_.post([this, id] {
        if (wire(id)) move_tls(id);
    });
}

void Driver::move_tls(ConnectionId id) {
    plaintext_.resize(kAtOnce);
    for (Wire* w = wire(id); w && w->tls; w = wire(id)) {
        std::size_t length = 0;
        while (length < kAtOnce) {
            const std::size_t more = w->tls->read(plaintext_.data() + length, kAtOnce - length);
            if (more == 0) break;
            length += more;
        }
        if (w->tls->has_to_send()) w->link->send(w->tls->take_to_send());
        if (!tell_of_tls(*w)) return;
        if (length == 0) break;
        w->heard = true;
        relay_.bytes(id, {plaintext_.data(), length}, now());
    }
    Wire* w = wire(id);
    if (!w || !w->tls || w->end_told) return;
    if (w->tls->phase() == certs::TlsEngine::Phase::Failed) {
        w->end_told = true;
        if (id.leg == Leg::Upstream && !w->heard) return tls_failed(id, w->tls->failure(), w->tls->facts());
        return relay_.broken(id, false, w->tls->failure().what, now());
    }
    if (!w->tls->ended()) return;
    w->end_told = true;
    if (w->tls->was_cut_off()) return relay_.cut_off(id, now());
    relay_.ended(id, now());
}

// How the handshake ended, once, and what was remarked since. False: the connection is no more, or there is
// nothing to read on it yet.
bool Driver::tell_of_tls(Wire& w) {
    const ConnectionId id = w.id;
    if (w.secured) {
        if (w.tls->facts().remarks.size() == w.remarks) return true;
        w.remarks = w.tls->facts().remarks.size();
        relay_.learned(id, std::make_shared<const TlsFacts>(w.tls->facts()), now());
        return wire(id) != nullptr;
    }
    switch (w.tls->phase()) {
        case certs::TlsEngine::Phase::Handshake: return false;
        case certs::TlsEngine::Phase::Failed: tls_failed(id, w.tls->failure(), w.tls->facts()); return false;
        case certs::TlsEngine::Phase::Open: break;
    }
    w.secured = true;
    w.remarks = w.tls->facts().remarks.size();
    relay_.secured(id, std::make_shared<const TlsFacts>(w.tls->facts()), now());
    return wire(id) != nullptr;
}

void Driver::tls_failed(ConnectionId id, TlsRefusal refusal, const TlsFacts& known) {
    auto facts = std::make_shared<TlsFacts>(known);
    facts->refusal = std::move(refusal);
    relay_.not_secured(id, facts, now());
}

}  // namespace why401
