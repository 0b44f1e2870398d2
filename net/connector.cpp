#include "net/connector.h"

#include <algorithm>
#include <deque>
#include <system_error>

#include "net/link_impl.h"
#include "net/lookup.h"

namespace why401::net {
namespace {

constexpr auto kHeadStart = std::chrono::milliseconds(250);  ///< RFC 8305 5: connection attempt delay

// RFC 8305 4: families take turns, the resolver's first choice leads.
std::deque<tcp::endpoint> interleaved(const std::vector<tcp::endpoint>& found) {
    std::deque<tcp::endpoint> first, second, order;
    for (const tcp::endpoint& endpoint : found) {
        auto& same = first.empty() || first.front().protocol() == endpoint.protocol() ? first : second;
        if (std::find(same.begin(), same.end(), endpoint) == same.end()) same.push_back(endpoint);
    }
    while (!first.empty() || !second.empty())
        for (auto* family : {&first, &second})
            if (!family->empty()) {
                order.push_back(family->front());
                family->pop_front();
            }
    return order;
}

/// "10.0.0.1:80: Connection refused [ECONNREFUSED]"
std::string outcome_of(const tcp::endpoint& endpoint, int error) {
    const char* name = ::strerrorname_np(error);
    return to_string(from_asio(endpoint)) + ": " + std::generic_category().message(error) +
           (name ? std::string(" [") + name + "]" : "");
}

}  // namespace

struct Connecting::Impl : std::enable_shared_from_this<Connecting::Impl> {
    /// One address being tried.
    struct Attempt final : Readiness::Watcher, std::enable_shared_from_this<Attempt> {
        Attempt(Impl& of, const tcp::endpoint& to) : connecting(of), endpoint(to) {}
        void on_ready(const Readiness::News& news) override {
            if (!news.writable || !socket) return;
            const auto keep = connecting.shared_from_this();
            heard = news;
            keep->answered(shared_from_this(), socket->pending_error());
        }

        Impl& connecting;
        const tcp::endpoint endpoint;
        std::optional<Socket> socket;  ///< none once the attempt is over
        Readiness::News heard;         ///< with the connection: a server may speak first
    };

    Impl(Loop& owning_loop, ConnectOptions how, std::function<void(Connected)> then)
        : loop(owning_loop),
          options(std::move(how)),
          callback(std::move(then)),
          limit(loop.impl().context),
          head_start(loop.impl().context) {}

    void start(const std::string& host, std::uint16_t port) {
        limit.expires_after(options.time_limit);
        limit.async_wait([self = shared_from_this()](const error_code& error) {
            if (error) return;
            self->time_is_up();
        });
        if (const auto literal = literal_endpoint(host, port)) {
            waiting.push_back(to_asio(*literal));
            return boost::asio::post(loop.impl().context, [self = shared_from_this()] { self->next(); });
        }
        lookup.emplace(loop, host, port, [weak = weak_from_this()](const Lookup::Found& found) {
            if (const auto self = weak.lock()) self->resolved(found);
        });
    }

    void resolved(const Lookup::Found& found) {
        if (!callback) return;
        lookup.reset();
        if (found.addresses.empty()) {
            failure.stage = ConnectFailure::Stage::Resolve;
            failure.what = found.error;
            return fail();
        }
        waiting = interleaved(found.addresses);
        next();
    }

    void time_is_up() {
        const std::string limit_text = "within " + std::to_string(options.time_limit.count()) + " ms";
        failure.stage = lookup ? ConnectFailure::Stage::Resolve : ConnectFailure::Stage::Timeout;
        failure.what = (lookup ? "the name servers did not answer " : "no connection ") + limit_text;
        for (const auto& one : attempts)
            failure.tried.push_back(to_string(from_asio(one->endpoint)) + ": no answer");
        fail();
    }

    // Starts one more attempt. The refused ones among the addresses are skipped and remembered.
    void next() {
        if (!callback) return;
        while (!waiting.empty()) {
            const tcp::endpoint endpoint = waiting.front();
            waiting.pop_front();
            if (options.permitted && !options.permitted(from_asio(endpoint))) {
                failure.stage = ConnectFailure::Stage::NotPermitted;
                failure.what = "that address leads back to this proxy";
                failure.tried.push_back(to_string(from_asio(endpoint)) + ": not permitted");
                continue;
            }
            attempt(endpoint);
            if (!waiting.empty()) {
                head_start.expires_after(kHeadStart);
                head_start.async_wait([self = shared_from_this()](const error_code& error) {
                    if (!error) self->next();
                });
            }
            return;
        }
        if (attempts.empty()) fail();
    }

    void attempt(const tcp::endpoint& endpoint) {
        auto one = std::make_shared<Attempt>(*this, endpoint);
        attempts.push_back(one);
        try {
            one->socket.emplace(Socket::connecting(loop, endpoint, one));
        } catch (const std::system_error& error) {
            boost::asio::post(loop.impl().context, [self = shared_from_this(), one, error] {
                self->answered(one, error.code().value());
            });
        }
    }

    void answered(const std::shared_ptr<Attempt>& one, int error) {
        if (!callback) return;
        if (error == 0) return succeed(*one);
        std::erase(attempts, one);
        one->socket.reset();
        failure.stage = ConnectFailure::Stage::Connect;
        failure.what = std::generic_category().message(error);
        failure.tried.push_back(outcome_of(one->endpoint, error));
        head_start.cancel();
        next();
    }

    void succeed(Attempt& one) {
        auto then = std::exchange(callback, nullptr);
        const Endpoint here = one.socket->local();
        auto link = make_link(loop, std::move(*one.socket), here, from_asio(one.endpoint), one.heard);
        quit();
        then(std::move(link));
    }

    void fail() {
        auto then = std::exchange(callback, nullptr);
        quit();
        if (then) then(std::move(failure));
    }

    void quit() {
        callback = nullptr;
        limit.cancel();
        head_start.cancel();
        lookup.reset();
        for (const auto& one : std::exchange(attempts, {})) one->socket.reset();
    }

    Loop& loop;
    ConnectOptions options;
    std::function<void(Connected)> callback;  ///< empty once it has been called, or cancelled
    std::optional<Lookup> lookup;             ///< while the name is being resolved
    boost::asio::steady_timer limit, head_start;
    std::deque<tcp::endpoint> waiting;
    std::vector<std::shared_ptr<Attempt>> attempts;  ///< under way
    ConnectFailure failure;
};

Connecting::Connecting(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connecting::~Connecting() { impl_->quit(); }

std::unique_ptr<Connecting> connect(Loop& loop, const std::string& host, std::uint16_t port,
                                    ConnectOptions options, std::function<void(Connected)> callback) {
    auto impl = std::make_shared<Connecting::Impl>(loop, std::move(options), std::move(callback));
    impl->start(host, port);
    return std::make_unique<Connecting>(impl);
}

}  // namespace why401::net
