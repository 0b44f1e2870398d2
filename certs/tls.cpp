#include "certs/tls.h"

#include <optional>
#include <utility>

#include "certs/client_side.h"
#include "certs/key_log.h"
#include "certs/origin_side.h"

namespace why401::certs {
namespace {

TlsOptions with_clock(TlsOptions options) {
    if (!options.now) options.now = [] { return std::chrono::system_clock::now(); };
    return options;
}

}  // namespace

struct Tls::Impl {
    Impl(const Authority& authority, TlsOptions with)
        : options(with_clock(std::move(with))), origins(authority, options), clients(authority) {
        if (options.keylog.empty()) return;
        key_log.emplace(options.keylog);
        key_log->attach_to(origins.context());
        key_log->attach_to(clients.context());
    }

    const TlsOptions options;
    std::optional<KeyLog> key_log;
    OriginSide origins;
    ClientSide clients;
};

Tls::Tls(const Authority& authority, TlsOptions options)
    : impl_(std::make_unique<Impl>(authority, std::move(options))) {}
Tls::~Tls() = default;

std::unique_ptr<TlsEngine> Tls::to_origin(const OriginWish& wish) { return impl_->origins.engine(wish); }
std::unique_ptr<TlsEngine> Tls::to_client(const ClientWish& wish) {
    return impl_->clients.engine(wish, impl_->options.now());
}
std::string Tls::key_pin() const { return impl_->clients.key_pin(); }
void Tls::except(const std::string& host, const std::string& sha256) { impl_->origins.except(host, sha256); }

}  // namespace why401::certs
