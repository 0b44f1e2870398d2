#include "lab/channel.h"

#include <array>

#include "lab/machine.h"
#include "wire/tls_hello.h"

namespace why401::lab {
namespace {

constexpr char kHandshakeRecord = 0x16;
constexpr std::string_view kDomain = ".lab.why401.test";

/// As IIS, which has one certificate for whoever asks for a site it does not have.
std::string site_of(const std::string& server_name) {
    return server_name.ends_with(kDomain) ? server_name : std::string(machine(0).dns_name);
}

}  // namespace

Channel::Channel(std::unique_ptr<net::Link> link, certs::Tls* tls)
    : link_(std::move(link)), tls_(tls), decided_(tls == nullptr) {}

Channel::~Channel() { *alive_ = false; }

void Channel::start(net::LinkOwner& owner) {
    owner_ = &owner;
    link_->start(*this);
}

std::string Channel::ntlm_binding() const {
    if (!engine_ || !engine_->facts().certificate) return {};
    return engine_->facts().certificate->ntlm_binding;
}

void Channel::send(std::string_view plaintext) {
    if (!engine_) return link_->send(plaintext);
    if (engine_->phase() != certs::TlsEngine::Phase::Open) return;
    engine_->write(plaintext);
    flush();
}

void Channel::flush() {
    if (engine_->has_to_send()) link_->send(engine_->take_to_send());
}

void Channel::close_gently(std::unique_ptr<Channel> channel) {
    if (channel->engine_) {
        if (channel->engine_->phase() == certs::TlsEngine::Phase::Open) channel->engine_->finish();
        channel->flush();
    }
    net::Link::close_gently(std::move(channel->link_));
}

/// False: more must come before it is clear what is spoken here.
bool Channel::begin(std::string_view bytes) {
    hello_ += bytes;
    decided_ = true;
    if (hello_.front() != kHandshakeRecord) return true;
    tls::ClientHello hello;
    if (tls::read_client_hello(hello_, hello) == tls::HelloProgress::NeedMore) {
        decided_ = false;
        return false;
    }
    const auto engine_for = [this](const std::string& host) {
        return tls_->to_client({.host = host, .alpn = "http/1.1", .alpn_required = false});
    };
    try {
        engine_ = engine_for(site_of(hello.server_name));
    } catch (const certs::CertsError&) {  // a name that no certificate can hold
        engine_ = engine_for(site_of({}));
    }
    return true;
}

void Channel::on_bytes(net::Link& link, std::string_view bytes) {
    std::string first;
    if (!decided_) {
        if (!begin(bytes)) return;
        first.swap(hello_);
        bytes = first;
    }
    if (!engine_) return owner_->on_bytes(link, bytes);
    engine_->receive(bytes);
    move();
}

/// What has come goes to the owner, and what the engine has to say for itself goes out first.
void Channel::move() {
    const std::shared_ptr<bool> alive = alive_;
    std::array<char, 16 * 1024> plaintext;
    for (;;) {
        const std::size_t length = engine_->read(plaintext.data(), plaintext.size());
        flush();
        if (length == 0) break;
        owner_->on_bytes(*link_, {plaintext.data(), length});
        if (!*alive || !link_) return;
    }
    const bool over = engine_->ended() || engine_->phase() == certs::TlsEngine::Phase::Failed;
    if (!over || end_told_) return;
    end_told_ = true;
    owner_->on_end(*link_);
}

void Channel::on_end(net::Link& link) {
    if (!engine_) return owner_->on_end(link);
    engine_->peer_ended();
    move();
}

}  // namespace why401::lab
