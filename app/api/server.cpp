// The one file that uses Boost.Beast: it costs half a minute to compile, so nothing else belongs here.
#include "app/api/server.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "app/api/event_frames.h"
#include "app/api/guard.h"

namespace why401::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using beast::error_code;

namespace {

constexpr std::chrono::seconds kHeadTime{10};  // for a whole request; a slow one ends
constexpr std::chrono::seconds kIdleTime{60};
constexpr std::chrono::seconds kWriteTime{30};
constexpr std::uint32_t kHeadLimit = 16 * 1024;
constexpr std::uint64_t kBodyLimit = 64 * 1024;
constexpr std::size_t kMostConnections = 128;
constexpr int kSendBuffer = 128 * 1024;  // of an event stream; Linux doubles it
constexpr int kNice = 10;                // a tenth of the relay's share when both want all of one core

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

void add_security_fields(http::fields& fields) {
    fields.set("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
               "data:; frame-ancestors 'none'; "
               "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'");
    fields.set("X-Content-Type-Options", "nosniff");
    fields.set("Referrer-Policy", "no-referrer");
    fields.set(http::field::cache_control, "no-store");
    fields.set("Cross-Origin-Opener-Policy", "same-origin");
    fields.set("Cross-Origin-Resource-Policy", "same-origin");
    fields.set(http::field::server, "why401");
}

Response response_of(const Reply& reply, const Request& request) {
    Response response(static_cast<http::status>(reply.status), request.version());
    add_security_fields(response);
    response.set(http::field::content_type, reply.type);
    if (!reply.allow.empty()) response.set(http::field::allow, reply.allow);
    if (reply.status == 401) response.set(http::field::www_authenticate, "Bearer realm=\"why401\"");
    response.keep_alive(request.keep_alive());
    response.content_length(reply.body.size());
    if (request.method() != http::verb::head) response.body() = reply.body;
    return response;
}

Reply sentence(unsigned status, const std::string& text) {
    return {status, "text/plain; charset=utf-8", text + "\n", {}};
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Asked asked_of(const Request& request, std::string_view path) {
    const auto one = [&](http::field name) {
        return request.count(name) == 1 ? view(request[name]) : std::string_view{};
    };
    Asked asked;
    asked.method = view(request.method_string());
    asked.path = path;
    asked.host = one(http::field::host);
    asked.host_count = static_cast<unsigned>(request.count(http::field::host));
    asked.has_origin = request.count(http::field::origin) != 0;
    asked.origin = one(http::field::origin);
    asked.authorization = one(http::field::authorization);
    asked.cookie = one(http::field::cookie);
    asked.content_type = one(http::field::content_type);
    asked.websocket = websocket::is_upgrade(request);
    return asked;
}

/// What connections share. Everything runs on the one thread that runs `context`.
struct Shared {
    Guard guard{0, ""};
    Source source;
    std::optional<EventFrames> frames;
    std::size_t connections = 0;
    std::set<class EventSession*> listeners;
    asio::io_context context{1};  // last: it destroys the sessions it still holds, and they touch the rest
};

/// Sends what happens after a number. It holds one frame at a time: who reads slowly gets the newest state of
/// things, and is told when events were forgotten meanwhile.
class EventSession : public std::enable_shared_from_this<EventSession> {
public:
    EventSession(Shared& shared, tcp::socket socket, std::uint64_t since, EventFrames::Form form)
        : shared_(shared),
          socket_(std::move(socket)),
          rest_(socket_.get_executor()),
          last_(since),
          form_(form) {
        shared_.listeners.insert(this);
        ++shared_.connections;
    }
    ~EventSession() {
        shared_.listeners.erase(this);
        --shared_.connections;
    }

    void accept(const Request& request) {
        socket_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
        socket_.set_option(websocket::stream_base::decorator(
            [](websocket::response_type& response) { add_security_fields(response); }));
        socket_.read_message_max(4 * 1024);
        error_code ignored;  // a deaf one holds no more than this in the system's memory
        beast::get_lowest_layer(socket_).socket().set_option(tcp::socket::send_buffer_size(kSendBuffer),
                                                             ignored);
        socket_.auto_fragment(false);  // a batch goes out in one piece, not in writes of 4 KiB
        socket_.async_accept(request, [self = shared_from_this()](error_code error) {
            if (error) return;
            self->open_ = true;
            self->read();
            self->send_more();
        });
    }

    void send_more() {
        if (!open_ || frame_ || resting_) return;
        frame_ = shared_.frames->after(last_, form_);
        if (!frame_) return;
        last_ = frame_->last;
        socket_.async_write(asio::buffer(frame_->text),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                const bool run_ends = std::exchange(self->frame_, nullptr)->ends_a_run;
                                if (error) return self->end();
                                run_ends ? self->rest() : self->send_more();
                            });
    }

private:
    void rest() {
        resting_ = true;
        rest_.expires_after(EventFrames::rest(form_, shared_.listeners.size()));
        rest_.async_wait([self = shared_from_this()](error_code error) {
            self->resting_ = false;
            if (!error) self->send_more();
        });
    }

    /// Listeners have nothing to say; reading answers pings and notices that they left.
    void read() {
        socket_.async_read(received_, [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return self->end();
            self->received_.clear();
            self->read();
        });
    }

    void end() {
        open_ = false;
        rest_.cancel();
        beast::get_lowest_layer(socket_).close();
    }

    Shared& shared_;
    websocket::stream<beast::tcp_stream> socket_;
    asio::steady_timer rest_;
    beast::flat_buffer received_;
    std::uint64_t last_;
    const EventFrames::Form form_;
    std::shared_ptr<const EventFrame> frame_;  ///< under way
    bool open_ = false, resting_ = false;
};

/// One connection: requests in turn, until it becomes an event stream or ends.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(Shared& shared, tcp::socket socket) : shared_(shared), stream_(std::move(socket)) {
        ++shared_.connections;
    }
    ~HttpSession() { --shared_.connections; }

    void read(std::chrono::seconds limit) {
        parser_.emplace();
        parser_->header_limit(kHeadLimit);
        parser_->body_limit(kBodyLimit);
        stream_.expires_after(limit);
        http::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
    }

private:
    void on_read(error_code error) {
        if (error == http::error::header_limit || error == http::error::body_limit)
            return reply(
                {}, sentence(error == http::error::header_limit ? 431 : 413, "The request is too large."),
                true);
        if (error == http::error::end_of_stream || error == asio::error::operation_aborted ||
            error == beast::error::timeout)
            return close();
        if (error.category() == make_error_code(http::error::bad_method).category())
            return reply({}, sentence(400, "That is no HTTP/1 request."), true);
        if (error) return close();
        const Request request = parser_->release();
        const std::string_view target = view(request.target());
        const std::string_view path = target.substr(0, target.find('?'));
        const std::string_view query =
            path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view{};
        if (!path.starts_with('/'))
            return reply(request,
                         sentence(421, "This is not a proxy; its address stands in /api/v1/status."));
        const Asked asked = asked_of(request, path);
        if (const auto refusal = shared_.guard.refuse(asked))
            return reply(request, sentence(refusal->status, refusal->sentence));
        if (path == "/api/v1/session") return open_session(request);
        if (path == "/api/v1/events") return become_event_stream(request, query, asked.websocket);
        try {
            reply(request, answer({request.method() == http::verb::head ? "GET" : std::string(asked.method),
                                   std::string(path), std::string(query), request.body()},
                                  shared_.source));
        } catch (const std::exception& trouble) {
            reply(request, sentence(500, std::string("The answer could not be made: ") + trouble.what()));
        }
    }

    void open_session(const Request& request) {
        if (request.method() != http::verb::post) {
            Reply refused = sentence(405, "This address takes POST only.");
            refused.allow = "POST";
            return reply(request, refused);
        }
        boost::json::error_code error;
        const boost::json::value body = boost::json::parse(request.body(), error);
        const boost::json::value* token =
            !error && body.is_object() ? body.get_object().if_contains("token") : nullptr;
        if (token == nullptr || !token->is_string() ||
            !shared_.guard.is_token(std::string_view(token->get_string())))
            return reply(request, sentence(401, "That is not the token of this run."));
        Response response = response_of({204, "text/plain", {}, {}}, request);
        response.erase(http::field::content_type);
        response.erase(http::field::content_length);
        response.set(http::field::set_cookie, shared_.guard.cookie());
        send(std::move(response));
    }

    void become_event_stream(const Request& request, std::string_view query, bool is_websocket) {
        const auto since = number_or(query_value(query, "since"), shared_.source.recorder->last_event());
        if (!since) return reply(request, sentence(400, "`since` is the number of an event."));
        if (!is_websocket) {
            Reply refused = sentence(426, "This address speaks WebSocket.");
            return reply(request, refused);
        }
        const auto form =
            query_value(query, "batch") == "1" ? EventFrames::Form::Batch : EventFrames::Form::Single;
        stream_.expires_never();
        std::make_shared<EventSession>(shared_, stream_.release_socket(), *since, form)->accept(request);
    }

    void reply(const Request& request, const Reply& reply, bool last = false) {
        Response response = response_of(reply, request);
        if (last) response.keep_alive(false);
        send(std::move(response));
    }

    void send(Response response) {
        response_ = std::move(response);
        stream_.expires_after(kWriteTime);
        http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return;
            if (!self->response_.keep_alive()) return self->close();
            self->response_ = {};
            // The head's time counts from its first byte where there is one already, else the connection is
            // idle.
            self->read(self->buffer_.size() > 0 ? kHeadTime : kIdleTime);
        });
    }

    void close() {
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    Shared& shared_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Response response_;
};

/// However many listen, the processor is the relay's first. Linux has a priority for each thread; where it
/// cannot be lowered, it stays.
void yield_to_the_relay() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice); }

tcp::endpoint asio_endpoint(const net::Endpoint& address) {
    if (!address.is_v4()) return {asio::ip::address_v6(address.address), address.port};
    const auto& a = address.address;
    return {asio::ip::address_v4({a[12], a[13], a[14], a[15]}), address.port};
}

}  // namespace

struct Server::Impl {
    Shared shared;
    tcp::acceptor acceptor{shared.context};
    asio::steady_timer pause{shared.context};
    net::Endpoint local;
    std::string token = new_token();
    std::thread thread;
    std::atomic<bool> notified{false};

    void accept() {
        acceptor.async_accept([this](error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted) return;
            if (error) {  // no file descriptors left: wait, do not spin
                pause.expires_after(std::chrono::milliseconds(200));
                pause.async_wait([this](error_code cancelled) {
                    if (!cancelled) accept();
                });
                return;
            }
            if (shared.connections < kMostConnections)
                std::make_shared<HttpSession>(shared, std::move(socket))->read(kHeadTime);
            accept();
        });
    }
};

Server::Server(const net::Endpoint& address) : impl_(std::make_unique<Impl>()) {
    if (!address.is_loopback())
        throw std::invalid_argument("the UI listens on loopback only, not on " + net::to_string(address));
    const tcp::endpoint endpoint = asio_endpoint(address);
    try {
        impl_->acceptor.open(endpoint.protocol());
        impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
        impl_->acceptor.bind(endpoint);
        impl_->acceptor.listen();
    } catch (const boost::system::system_error& trouble) {
        throw std::system_error(trouble.code().value(), std::system_category(),
                                "cannot listen on " + net::to_string(address));
    }
    impl_->local = address;
    impl_->local.port = impl_->acceptor.local_endpoint().port();
    impl_->shared.guard = Guard(impl_->local.port, impl_->token, net::to_string(impl_->local));
}

Server::~Server() { stop(); }

net::Endpoint Server::local() const { return impl_->local; }
const std::string& Server::token() const { return impl_->token; }

void Server::start(Source source) {
    impl_->shared.source = std::move(source);
    const Recorder* recorder = impl_->shared.source.recorder;
    impl_->shared.frames.emplace(
        [recorder](std::uint64_t seq, std::size_t max) { return recorder->since(seq, max); },
        [recorder] { return recorder->last_event(); });
    impl_->accept();
    impl_->thread = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "api");
        yield_to_the_relay();
        impl_->shared.context.run();
    });
}

void Server::stop() {
    impl_->shared.context.stop();
    if (impl_->thread.joinable()) impl_->thread.join();
    error_code ignored;
    impl_->acceptor.close(ignored);
}

void Server::notify() {
    if (impl_->notified.exchange(true)) return;
    asio::post(impl_->shared.context, [this] {
        impl_->notified = false;
        impl_->shared.frames->renew();
        const std::set<EventSession*> listeners = impl_->shared.listeners;
        for (EventSession* listener : listeners)
            if (impl_->shared.listeners.contains(listener)) listener->send_more();
    });
}

}  // namespace why401::api
