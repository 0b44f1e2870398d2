#include "proxy/proxy.h"

#include <charconv>

#include "proxy/driver.h"

namespace why401 {

bool Cidr::contains(const net::Endpoint& endpoint) const {
    for (unsigned bit = 0; bit < prefix; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        if ((endpoint.address[bit / 8] & mask) != (base.address[bit / 8] & mask)) return false;
    }
    return true;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = net::literal_endpoint(text.substr(0, slash), 0);
    if (!base) return std::nullopt;
    const unsigned longest = base->is_v4() ? 32 : 128;
    unsigned bits = longest;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc{} || end != digits.data() + digits.size() || bits > longest)
            return std::nullopt;
    }
    return Cidr{*base, bits + (128 - longest)};
}

struct Proxy::Impl {
    Impl(net::Loop& owning_loop, ProxyOptions given, Journal& journal)
        : loop(owning_loop), options(std::move(given)), driver(loop, options, journal) {}

    net::Loop& loop;
    ProxyOptions options;
    Driver driver;
};

Proxy::Proxy(net::Loop& loop, ProxyOptions options, Journal& journal)
    : impl_(std::make_unique<Impl>(loop, std::move(options), journal)) {}

Proxy::~Proxy() = default;

std::vector<net::Endpoint> Proxy::listening() const { return impl_->driver.listening(); }

void Proxy::set(Settings settings) {
    impl_->loop.post([impl = impl_.get(), settings = std::move(settings)] { impl->driver.set(settings); });
}

void Proxy::drain(std::chrono::milliseconds limit, std::function<void()> done) {
    impl_->driver.drain(limit, std::move(done));
}

void Proxy::trouble(std::string stage, std::string what) {
    impl_->loop.post([impl = impl_.get(), stage = std::move(stage), what = std::move(what)] {
        impl->driver.trouble(stage, what);
    });
}

Proxy::Counts Proxy::counts() const {
    const Relay& relay = impl_->driver.relay();
    return {relay.clients_seen(), relay.upstreams_seen(), relay.exchanges()};
}

}  // namespace why401
