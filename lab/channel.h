#pragma once
// One TCP connection to the lab as its owner sees it: plain text in, plain text out. The first byte that
// arrives decides whether TLS lies under it (RFC 8446 5.1: 0x16), for the lab host that the client names.
// It refuses to know HTTP.

#include <memory>
#include <string>
#include <string_view>

#include "certs/tls.h"
#include "net/link.h"

namespace why401::lab {

class Channel : private net::LinkOwner {
public:
    /// `tls` outlives it; null: bytes are taken as they are.
    Channel(std::unique_ptr<net::Link> link, certs::Tls* tls);
    ~Channel() override;

    // As the link's own. A handshake that fails is told as the end of what the peer sends.
    void start(net::LinkOwner& owner);
    void send(std::string_view plaintext);
    std::size_t queued() const { return link_->queued(); }
    void pause() { link_->pause(); }
    void resume() { link_->resume(); }
    static void close_gently(std::unique_ptr<Channel> channel);
    const net::Endpoint& local() const { return link_->local(); }
    const net::Endpoint& peer() const { return link_->peer(); }

    bool over_tls() const { return engine_ != nullptr; }
    /// What a login must be bound to that saw this end's certificate; empty without TLS.
    std::string ntlm_binding() const;

private:
    void on_bytes(net::Link& link, std::string_view bytes) override;
    void on_end(net::Link& link) override;
    void on_broken(net::Link& link, const net::Broken& broken) override { owner_->on_broken(link, broken); }
    void on_drained(net::Link& link) override { owner_->on_drained(link); }

    bool begin(std::string_view bytes);
    void move();
    void flush();

    std::unique_ptr<net::Link> link_;
    certs::Tls* tls_;
    net::LinkOwner* owner_ = nullptr;
    bool decided_ = false;
    std::string hello_;  ///< what came before it was decided
    std::unique_ptr<certs::TlsEngine> engine_;
    bool end_told_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< the owner may destroy it in any call
};

}  // namespace why401::lab
