#include "net/listener.h"

#include <system_error>

#include "net/link_impl.h"

namespace why401::net {
namespace {

constexpr auto kPause =
    std::chrono::milliseconds(200);  ///< after an accept that failed for want of descriptors
constexpr auto kSpell =
    std::chrono::seconds(10);  ///< without trouble, then it is over; one connection that fits ends nothing

[[noreturn]] void cannot(const char* verb, const Endpoint& address, const error_code& error) {
    throw std::system_error(error.value(), std::generic_category(),
                            std::string("cannot ") + verb + " on " + to_string(address));
}

}  // namespace

struct Listener::Impl : std::enable_shared_from_this<Listener::Impl> {
    Impl(Loop& owning_loop, const Endpoint& address, Callbacks what)
        : loop(owning_loop),
          acceptor(loop.impl().context),
          pause(loop.impl().context),
          callbacks(std::move(what)) {
        const tcp::endpoint endpoint = to_asio(address);
        error_code error;
        acceptor.open(endpoint.protocol(), error);
        if (error) cannot("listen", address, error);
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        if (!address.is_v4()) acceptor.set_option(boost::asio::ip::v6_only(true), error);
        acceptor.bind(endpoint, error);
        if (error) cannot("listen", address, error);
        acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
        if (error) cannot("listen", address, error);
        local = from_asio(acceptor.local_endpoint());
    }

    void accept() {
        acceptor.async_accept([self = shared_from_this()](const error_code& error, tcp::socket socket) {
            if (!self->acceptor.is_open()) return;
            if (!error) {
                self->callbacks.accepted(make_link(self->loop, std::move(socket)));
                return self->accept();
            }
            if (error == boost::asio::error::connection_aborted) return self->accept();
            self->wait_out(error);
        });
    }

    // Out of descriptors or memory: the connection stays in the backlog, so asking again at once would spin.
    void wait_out(const error_code& error) {
        const auto now = std::chrono::steady_clock::now();
        const bool known = last_trouble && now - *last_trouble < kSpell;
        last_trouble = now;
        if (!known && callbacks.trouble)
            callbacks.trouble("cannot accept a connection on " + to_string(local) + ": " + error.message());
        pause.expires_after(kPause);
        pause.async_wait([self = shared_from_this()](const error_code& cancelled) {
            if (!cancelled && self->acceptor.is_open()) self->accept();
        });
    }

    Loop& loop;
    tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    Callbacks callbacks;
    Endpoint local;
    std::optional<std::chrono::steady_clock::time_point> last_trouble;
};

Listener::Listener(Loop& loop, const Endpoint& address, Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, address, std::move(callbacks))) {
    impl_->accept();
}

Listener::~Listener() { stop(); }

const Endpoint& Listener::local() const { return impl_->local; }

void Listener::stop() {
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->pause.cancel();
}

}  // namespace why401::net
