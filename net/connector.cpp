#include "net/connector.h"

#include <deque>

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
std::string outcome_of(const tcp::endpoint& endpoint, const error_code& error) {
    const char* name = ::strerrorname_np(error.value());
    return to_string(from_asio(endpoint)) + ": " + error.message() +
           (name ? std::string(" [") + name + "]" : "");
}

}  // namespace

struct Connecting::Impl : std::enable_shared_from_this<Connecting::Impl> {
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
        for (const Attempt& one : attempts)
            failure.tried.push_back(to_string(from_asio(one.endpoint)) + ": no answer");
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
        auto socket = std::make_shared<tcp::socket>(loop.impl().context);
        attempts.push_back({socket, endpoint});
        socket->async_connect(
            endpoint, [self = shared_from_this(), socket, endpoint](const error_code& error) {
                if (!self->callback) return;
                if (!error) return self->succeed(std::move(*socket));
                std::erase_if(self->attempts, [&](const Attempt& one) { return one.socket == socket; });
                self->failure.stage = ConnectFailure::Stage::Connect;
                self->failure.what = error.message();
                self->failure.tried.push_back(outcome_of(endpoint, error));
                self->head_start.cancel();
                self->next();
            });
    }

    void succeed(tcp::socket socket) {
        auto then = std::exchange(callback, nullptr);
        auto link = make_link(loop, std::move(socket));
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
        error_code ignored;
        for (const Attempt& one : attempts) one.socket->close(ignored);
        attempts.clear();
    }

    struct Attempt {
        std::shared_ptr<tcp::socket> socket;
        tcp::endpoint endpoint;
    };

    Loop& loop;
    ConnectOptions options;
    std::function<void(Connected)> callback;  ///< empty once it has been called, or cancelled
    std::optional<Lookup> lookup;             ///< while the name is being resolved
    boost::asio::steady_timer limit, head_start;
    std::deque<tcp::endpoint> waiting;
    std::vector<Attempt> attempts;  ///< under way
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
