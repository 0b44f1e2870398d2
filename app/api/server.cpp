// Boost.Beast's HTTP: it costs half a minute to compile, so nothing else belongs here.
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
#include <boost/beast/websocket/rfc6455.hpp>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "app/api/capture_routes.h"
#include "app/api/event_session.h"
#include "app/api/sessions.h"

namespace why401::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using beast::error_code;

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

namespace {

constexpr std::chrono::seconds kHeadTime{10};  // for a whole request; a slow one ends
constexpr std::chrono::seconds kIdleTime{60};
constexpr std::chrono::seconds kWriteTime{30};
constexpr std::uint32_t kHeadLimit = 16 * 1024;
constexpr std::uint64_t kBodyLimit = 64 * 1024;
constexpr std::uint64_t kFileLimit = 4ull << 30;  // of a capture that is handed over
constexpr std::size_t kMostConnections = 128;
constexpr int kNice = 10;  // a tenth of the relay's share when both want all of one core

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

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

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::string_view path_of(const http::request_header<>& request) {
    const std::string_view target = view(request.target());
    return target.substr(0, target.find('?'));
}

std::string_view query_of(const http::request_header<>& request) {
    const std::string_view target = view(request.target()), path = path_of(request);
    return path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view{};
}

Call call_of(const Request& request) {
    const bool head = request.method() == http::verb::head;
    return {head ? "GET" : std::string(view(request.method_string())), std::string(path_of(request)),
            std::string(query_of(request)), request.body()};
}

/// What `make` answers; a sentence when it fails.
template <class Make>
Reply attempt(Make make) {
    try {
        return make();
    } catch (const std::exception& trouble) {
        return sentence(500, std::string("The answer could not be made: ") + trouble.what() + ".");
    }
}

Asked asked_of(const http::request_header<>& request) {
    const auto one = [&](http::field name) {
        return request.count(name) == 1 ? view(request[name]) : std::string_view{};
    };
    Asked asked;
    asked.method = view(request.method_string());
    asked.path = path_of(request);
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

/// One connection: requests in turn, until it becomes an event stream or ends.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(Shared& shared, tcp::socket socket) : shared_(shared), stream_(std::move(socket)) {
        ++shared_.connections;
    }
    ~HttpSession() { --shared_.connections; }

    void read(std::chrono::seconds limit) {
        head_.emplace();
        head_->header_limit(kHeadLimit);
        head_->body_limit(kFileLimit);
        stream_.expires_after(limit);
        http::async_read_header(
            stream_, buffer_, *head_,
            [self = shared_from_this()](error_code error, std::size_t) { self->on_head(error); });
    }

private:
    /// What comes behind the head depends on it: a file goes to the disk, all else is small.
    void on_head(error_code error) {
        if (error) return on_failure(error);
        const Asked asked = asked_of(head_->get());
        const bool small = head_->content_length().value_or(0) <= kBodyLimit;
        const bool is_file = hands_over_a_file(asked);
        const auto refusal = is_file ? shared_.guard.refuse(asked) : std::nullopt;
        if (is_file && !refusal) return take_file();
        if (refusal && !small)
            return reply(Request(head_->release().base()), sentence(refusal->status, refusal->sentence),
                         true);
        if (!small) return on_failure(http::error::body_limit);
        body_.emplace(std::move(*head_));
        body_->body_limit(kBodyLimit);
        http::async_read(
            stream_, buffer_, *body_,
            [self = shared_from_this()](error_code failed, std::size_t) { self->on_request(failed); });
    }

    void on_failure(error_code error) {
        if (error == http::error::header_limit || error == http::error::body_limit)
            return reply(
                {}, sentence(error == http::error::header_limit ? 431 : 413, "The request is too large."),
                true);
        if (error == http::error::end_of_stream || error == asio::error::operation_aborted ||
            error == beast::error::timeout)
            return close();
        if (error.category() == make_error_code(http::error::bad_method).category())
            return reply({}, sentence(400, "That is no HTTP/1 request."), true);
        close();
    }

    void on_request(error_code error) {
        if (error) return on_failure(error);
        Request request = body_->release();
        const Asked asked = asked_of(request);
        if (!asked.path.starts_with('/'))
            return reply(request,
                         sentence(421, "This is not a proxy; its address stands in /api/v1/status."));
        if (const auto refusal = shared_.guard.refuse(asked))
            return reply(request, sentence(refusal->status, refusal->sentence));
        if (asked.path == "/api/v1/session") return open_session(request);
        if (asked.path == "/api/v1/events") return become_event_stream(request, asked.websocket);
        const Call call = call_of(request);
        const auto make = [this, call] { return answer(call, shared_.source); };
        const Pace pace = pace_of(call);
        if (pace == Pace::Quick) return reply(request, attempt(make));
        reply_later(pace == Pace::Long ? shared_.answers : shared_.openings, std::move(request), make);
    }

    /// The worker makes the answer, so that nobody else waits for it. Whatever comes, the session goes back
    /// to the thread and the context that its socket belongs to.
    template <class Make>
    void reply_later(asio::thread_pool& worker, Request request, Make make) {
        stream_.expires_never();
        asio::post(worker, [self = shared_from_this(), request = std::move(request), make]() mutable {
            Shared& shared = self->shared_;
            Reply made = shared.ending ? Reply() : attempt(make);
            asio::post(shared.context, [self = std::move(self), request = std::move(request),
                                        made = std::move(made)] { self->reply(request, made); });
        });
    }

    void take_file() {
        error_code error;
        try {
            path_ = shared_.source.captures->new_file(head_->content_length().value_or(kFileLimit));
            file_.emplace(std::move(*head_));
            file_->get().body().open(path_.c_str(), beast::file_mode::write_existing, error);
        } catch (const std::exception& trouble) {
            return reply({}, sentence(507, std::string("The file cannot be taken: ") + trouble.what() + "."),
                         true);
        }
        error || file_->is_done() ? on_piece(error) : read_piece();
    }

    void read_piece() {
        stream_.expires_after(kWriteTime);
        http::async_read_some(
            stream_, buffer_, *file_,
            [self = shared_from_this()](error_code error, std::size_t) { self->on_piece(error); });
    }

    void on_piece(error_code error) {
        if (!error && !file_->is_done()) return read_piece();
        file_->get().body().close();
        if (error) {
            shared_.source.captures->remove(path_);
            if (error == http::error::body_limit) return on_failure(error);
            return reply({}, sentence(507, "The file could not be taken: " + error.message() + "."), true);
        }
        Request request(file_->release().base());
        const auto make = [this, call = call_of(request), path = path_] {
            return open_handed_over(call, path, *shared_.source.captures);
        };
        reply_later(shared_.openings, std::move(request), make);
    }

    void open_session(const Request& request) {
        if (request.method() != http::verb::post) {
            Reply refused = sentence(405, "This address takes POST only.");
            refused.allow = "POST";
            return reply(request, refused);
        }
        const boost::json::value token = member(call_of(request), "token");
        if (!token.is_string() || !shared_.guard.is_token(std::string_view(token.get_string())))
            return reply(request, sentence(401, "That is not the token of this run."));
        Response response = response_of({204, "text/plain", {}, {}}, request);
        response.erase(http::field::content_type);
        response.erase(http::field::content_length);
        response.set(http::field::set_cookie, shared_.guard.cookie());
        send(std::move(response));
    }

    void become_event_stream(const Request& request, bool is_websocket) {
        const std::string_view query = query_of(request);
        const auto since = number_or(query_value(query, "since"), shared_.frames->newest());
        if (!since) return reply(request, sentence(400, "`since` is the number of an event."));
        if (!is_websocket) {
            Reply refused = sentence(426, "This address speaks WebSocket.");
            return reply(request, refused);
        }
        const auto form =
            query_value(query, "batch") == "1" ? EventFrames::Form::Batch : EventFrames::Form::Single;
        stream_.expires_never();
        listen_to_events(shared_, stream_.release_socket(), request, *since, form);
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
    std::optional<http::request_parser<http::empty_body>> head_;
    std::optional<http::request_parser<http::string_body>> body_;
    std::optional<http::request_parser<http::file_body>> file_;
    std::filesystem::path path_;  ///< where the file goes
    Response response_;
};

/// However many listen, the processor is the relay's first. Linux has a priority for each thread; where it
/// cannot be lowered, it stays.
void yield_to_the_relay(const char* thread) {
    ::pthread_setname_np(::pthread_self(), thread);
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

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
    const auto since = [recorder](std::uint64_t seq, std::size_t max) {
        return recorder ? recorder->since(seq, max) : std::vector<LiveEvent>();
    };
    impl_->shared.frames.emplace(since, [recorder] { return recorder ? recorder->last_event() : 0; });
    asio::post(impl_->shared.answers, [] { yield_to_the_relay("api answers"); });
    asio::post(impl_->shared.openings, [] { yield_to_the_relay("api openings"); });
    impl_->accept();
    impl_->thread = std::thread([this] {
        yield_to_the_relay("api");
        impl_->shared.context.run();
    });
}

void Server::stop() {
    impl_->shared.ending = true;
    if (impl_->shared.source.captures != nullptr) impl_->shared.source.captures->stop();
    impl_->shared.context.stop();
    if (impl_->thread.joinable()) impl_->thread.join();
    impl_->shared.answers.join();
    impl_->shared.openings.join();
    error_code ignored;
    impl_->acceptor.close(ignored);
}

void Server::notify() {
    if (impl_->notified.exchange(true)) return;
    asio::post(impl_->shared.context, [this] {
        impl_->notified = false;
        tell_listeners(impl_->shared);
    });
}

}  // namespace why401::api
