// Boost.Beast's WebSocket: it costs half a minute to compile, so nothing else belongs here.
#include "app/api/event_session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>
#include <utility>

namespace why401::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using beast::error_code;

namespace {

constexpr int kSendBuffer = 128 * 1024;  // Linux doubles it

using Request = http::request<http::string_body>;

}  // namespace

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

void listen_to_events(Shared& shared, tcp::socket socket, const Request& upgrade, std::uint64_t since,
                      EventFrames::Form form) {
    std::make_shared<EventSession>(shared, std::move(socket), since, form)->accept(upgrade);
}

void tell_listeners(Shared& shared) {
    shared.frames->renew();
    const std::set<EventSession*> listeners = shared.listeners;
    for (EventSession* listener : listeners)
        if (shared.listeners.contains(listener)) listener->send_more();
}

}  // namespace why401::api
