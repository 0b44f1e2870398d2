#include "net/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "net/link_impl.h"

namespace why401::net {
namespace {

constexpr int kAtOnce = 64;  ///< connections accepted before others get their turn
constexpr auto kPause =
    std::chrono::milliseconds(200);  ///< after an accept that failed for want of descriptors
constexpr auto kSpell =
    std::chrono::seconds(10);  ///< without trouble, then it is over; one connection that fits ends nothing

[[noreturn]] void cannot(const char* verb, const Endpoint& address, const error_code& error) {
    throw std::system_error(error.value(), std::generic_category(),
                            std::string("cannot ") + verb + " on " + to_string(address));
}

/// Binds and listens; the descriptor does not block.
int open_listener(Loop& loop, const Endpoint& address, Endpoint& local) {
    const tcp::endpoint endpoint = to_asio(address);
    tcp::acceptor acceptor(loop.impl().context);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (error) cannot("listen", address, error);
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!address.is_v4()) acceptor.set_option(boost::asio::ip::v6_only(true), error);
    acceptor.bind(endpoint, error);
    if (error) cannot("listen", address, error);
    acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) cannot("listen", address, error);
    acceptor.native_non_blocking(true, error);
    local = from_asio(acceptor.local_endpoint());
    return acceptor.release();
}

}  // namespace

struct Listener::Impl final : Readiness::Watcher, std::enable_shared_from_this<Listener::Impl> {
    Impl(Loop& owning_loop, const Endpoint& address, Callbacks what)
        : loop(owning_loop),
          socket(loop, open_listener(loop, address, local), nullptr),
          pause(loop.impl().context),
          callbacks(std::move(what)) {}

    void on_ready(const Readiness::News&) override {
        if (!waiting_out) accept();
    }

    // To the end: the next connection is told of only when there is none left.
    void accept() {
        const auto self = shared_from_this();
        for (int i = 0; i < kAtOnce && socket.is_open() && !waiting_out; ++i) {
            tcp::endpoint peer;
            const Socket::Result got = socket.accept(peer);
            if (got.must_wait()) return;
            if (got.error == ECONNABORTED) continue;
            if (got.error != 0) return wait_out(got.error);
            welcome(static_cast<int>(got.length), from_asio(peer));
        }
        if (socket.is_open() && !waiting_out)
            boost::asio::post(loop.impl().context, [self] { self->on_ready({}); });
    }

    void welcome(int descriptor, const Endpoint& peer) {
        try {
            Socket connected(loop, descriptor, nullptr);
            const Endpoint here = local.is_any() ? connected.local() : local;
            callbacks.accepted(make_link(loop, std::move(connected), here, peer));
        } catch (const std::system_error& error) {
            wait_out(error.code().value());
        }
    }

    // Out of descriptors or memory: the connection stays in the backlog, so asking again at once would spin.
    void wait_out(int error) {
        const auto now = std::chrono::steady_clock::now();
        const bool known = last_trouble && now - *last_trouble < kSpell;
        last_trouble = now;
        if (!known && callbacks.trouble)
            callbacks.trouble("cannot accept a connection on " + to_string(local) + ": " +
                              std::generic_category().message(error));
        waiting_out = true;
        pause.expires_after(kPause);
        pause.async_wait([self = shared_from_this()](const error_code& cancelled) {
            if (cancelled) return;
            self->waiting_out = false;
            self->accept();
        });
    }

    Loop& loop;
    Endpoint local;
    Socket socket;
    boost::asio::steady_timer pause;
    Callbacks callbacks;
    bool waiting_out = false;
    std::optional<std::chrono::steady_clock::time_point> last_trouble;
};

Listener::Listener(Loop& loop, const Endpoint& address, Callbacks callbacks)
    : impl_(std::make_shared<Impl>(loop, address, std::move(callbacks))) {
    impl_->socket.hand_over(impl_);
}

Listener::~Listener() { stop(); }

const Endpoint& Listener::local() const { return impl_->local; }

void Listener::stop() {
    impl_->socket.close();
    impl_->pause.cancel();
}

}  // namespace why401::net
