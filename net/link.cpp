#include "net/link.h"

#include <sys/socket.h>

#include "net/link_impl.h"

namespace why401::net {
namespace {

constexpr std::size_t kCompactAt = 1 << 20;        ///< sent bytes at the front of the queue worth moving for
constexpr auto kLinger = std::chrono::seconds(2);  ///< for the peer's FIN, once ours is sent
constexpr auto kSlowReader = std::chrono::seconds(60);  ///< without taking any of what is still queued
constexpr int kReadsInARow = 4;                         ///< then others get their turn

}  // namespace

Link::Impl::Impl(Loop& owning_loop, tcp::socket connected) : loop(owning_loop), socket(std::move(connected)) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    if (const auto e = socket.local_endpoint(ignored); !ignored) local = from_asio(e);
    if (const auto e = socket.remote_endpoint(ignored); !ignored) peer = from_asio(e);
}

void Link::Impl::wait_readable() {
    if (waiting_readable || paused || ended || dead) return;
    waiting_readable = true;
    socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
        self->waiting_readable = false;
        if (error || self->dead) return;
        self->read_now();
    });
}

// A read that fills the buffer is followed by another: large bodies need fewer turns of the loop.
void Link::Impl::read_now() {
    std::vector<char>& buffer = loop.impl().read_buffer;
    std::size_t length = 0;
    for (int turn = 0; turn < kReadsInARow && !paused && !dead && !ended; ++turn) {
        error_code error;
        length = socket.read_some(boost::asio::buffer(buffer), error);
        if (error == boost::asio::error::would_block || error == boost::asio::error::interrupted) break;
        if (!took(error)) return;
        if (owner) owner->on_bytes(*link, {buffer.data(), length});
        if (length < buffer.size()) break;
    }
    length < ReadAhead::kSize ? read_ahead() : wait_readable();
}

// The peer sends little at a time: the next read waits with a buffer of its own.
void Link::Impl::read_ahead() {
    if (waiting_readable || paused || ended || dead) return;
    if (!ahead) ahead = loop.impl().read_ahead.take(shared_from_this());
    if (!ahead) return wait_readable();
    waiting_readable = reading_ahead = true;
    socket.async_read_some(boost::asio::buffer(ahead, ReadAhead::kSize),
                           [self = shared_from_this()](const error_code& error, std::size_t length) {
                               self->waiting_readable = self->reading_ahead = false;
                               self->take_ahead(error, length);
                           });
}

void Link::Impl::take_ahead(const error_code& error, std::size_t length) {
    if (dead) return;
    if (error == boost::asio::error::operation_aborted) {
        loop.impl().read_ahead.give_back(std::exchange(ahead, nullptr));
        return wait_readable();
    }
    if (!took(error)) return;
    spoke = true;
    if (paused) {
        held = length;
        return;
    }
    char* const bytes = std::exchange(ahead, nullptr);  // stays ours whatever the owner does to this link
    if (owner) owner->on_bytes(*link, {bytes, length});
    if (dead) return loop.impl().read_ahead.give_back(bytes);
    ahead = bytes;
    length < ReadAhead::kSize ? read_ahead() : read_now();
}

bool Link::Impl::let_go() {
    if (waiting_writable || (watching && paused) || held != 0) return false;  // these waits must go on
    if (reading_ahead) {
        error_code ignored;
        socket.cancel(ignored);
        return false;  // the buffer comes back with the cancelled read, unless that has just been done
    }
    loop.impl().read_ahead.give_back(std::exchange(ahead, nullptr));
    return true;
}

/// Whether a read brought bytes; if not, the end or the trouble is told.
bool Link::Impl::took(const error_code& error) {
    if (!error) return true;
    if (error != boost::asio::error::eof) {
        broke(error);
        return false;
    }
    ended = true;
    if (lingering && finished)
        close_now();
    else if (owner)
        owner->on_end(*link);
    return false;
}

void Link::Impl::write_now() {
    while (out_begin < out.size()) {
        error_code error;
        const std::size_t length =
            socket.write_some(boost::asio::buffer(out.data() + out_begin, out.size() - out_begin), error);
        if (error == boost::asio::error::would_block || error == boost::asio::error::interrupted) {
            if (out_begin >= kCompactAt) {
                out.erase(0, out_begin);
                out_begin = 0;
            }
            return wait_writable();
        }
        if (error) return cannot_write(error);
        out_begin += length;
    }
    out = {};  // an idle link holds no buffer
    out_begin = 0;
    if (finish_wanted && !finished) {
        finished = true;
        error_code ignored;
        socket.shutdown(tcp::socket::shutdown_send, ignored);
        if (lingering) ended ? close_now() : wait_at_most(kLinger);
    }
}

void Link::Impl::wait_writable() {
    if (waiting_writable || dead) return;
    waiting_writable = true;
    socket.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
        self->waiting_writable = false;
        if (error || self->dead) return;
        if (self->lingering) self->wait_at_most(kSlowReader);
        self->write_now();
        if (self->out.empty() && !self->dead && !self->write_error && self->owner)
            self->owner->on_drained(*self->link);
    });
}

// What the peer said before it reset the connection is still there to be read, and may be the answer that
// explains it: an early 401, say. Read through the loop, as the caller of send() expects no call from inside.
void Link::Impl::cannot_write(const error_code& error) {
    if (dead || write_error) return;
    write_error = error;
    out = {};
    out_begin = 0;
    boost::asio::post(loop.impl().context, [self = shared_from_this()] {
        std::vector<char>& buffer = self->loop.impl().read_buffer;
        if (const std::size_t length = std::exchange(self->held, 0);
            length != 0 && self->owner && !self->dead) {
            const std::string first(self->ahead, length);  // came while reading was paused
            self->owner->on_bytes(*self->link, first);
        }
        while (self->owner && !self->dead && !self->ended) {
            error_code stop;
            const std::size_t length = self->socket.read_some(boost::asio::buffer(buffer), stop);
            if (stop) break;
            self->owner->on_bytes(*self->link, {buffer.data(), length});
        }
        self->broke(self->write_error);
    });
}

// Errors surface through the loop, so that a caller of send() never finds itself destroyed.
void Link::Impl::broke(const error_code& error) {
    if (dead) return;
    close_now();
    if (!owner) return;
    Broken broken{error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe,
                  error.message()};
    boost::asio::post(loop.impl().context, [self = shared_from_this(), broken = std::move(broken)] {
        if (LinkOwner* listening = std::exchange(self->owner, nullptr))
            listening->on_broken(*self->link, broken);
    });
}

// Nothing but an error (EPOLLERR) or urgent data ends this wait, so it costs nothing while bytes wait unread.
void Link::Impl::watch_for_reset() {
    if (watching || dead) return;
    watching = true;
    socket.async_wait(tcp::socket::wait_error, [self = shared_from_this()](const error_code& cancelled) {
        self->watching = false;
        if (self->dead) return;
        if (cancelled && self->paused) return self->watch_for_reset();
        if (cancelled || !self->paused) return;  // not paused: the next read hears of it
        int code = 0;
        socklen_t length = sizeof code;
        getsockopt(self->socket.native_handle(), SOL_SOCKET, SO_ERROR, &code, &length);
        if (code != 0) self->broke({code, boost::system::system_category()});
    });
}

void Link::Impl::close_now() {
    dead = true;
    linger_timer.reset();
    error_code ignored;
    socket.close(ignored);
    loop.impl().read_ahead.give_back(std::exchange(ahead, nullptr));
}

void Link::Impl::linger() {
    if (dead) return;
    lingering = true;
    paused = false;
    held = 0;
    finish_wanted = true;
    wait_at_most(kSlowReader);
    write_now();
    if (!dead && ended && out.empty()) return close_now();
    wait_readable();
}

void Link::Impl::wait_at_most(std::chrono::milliseconds time) {
    if (!linger_timer) linger_timer = std::make_unique<boost::asio::steady_timer>(socket.get_executor());
    linger_timer->expires_after(time);
    linger_timer->async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && !self->dead) self->close_now();
    });
}

std::unique_ptr<Link> make_link(Loop& loop, tcp::socket socket) {
    return std::make_unique<Link>(std::make_shared<Link::Impl>(loop, std::move(socket)));
}

Link::Link(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) { impl_->link = this; }

Link::~Link() {
    if (!impl_) return;
    impl_->owner = nullptr;
    impl_->link = nullptr;
    if (!impl_->lingering && !impl_->dead) impl_->close_now();
}

void Link::start(LinkOwner& owner) {
    impl_->owner = &owner;
    impl_->wait_readable();
}

void Link::send(std::string_view bytes) {
    if (impl_->dead || impl_->finish_wanted || impl_->write_error || bytes.empty()) return;
    if (impl_->out.empty()) {
        error_code error;
        const std::size_t sent =
            impl_->socket.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
        if (error && error != boost::asio::error::would_block && error != boost::asio::error::interrupted)
            return impl_->cannot_write(error);
        bytes.remove_prefix(error ? 0 : sent);
        if (bytes.empty()) return;
    }
    impl_->out.append(bytes);
    impl_->wait_writable();
}

std::size_t Link::queued() const { return impl_->out.size() - impl_->out_begin; }

void Link::pause(Unread after_reset) {
    impl_->paused = true;
    if (after_reset == Unread::Worthless) impl_->watch_for_reset();
}

void Link::resume() {
    if (!std::exchange(impl_->paused, false)) return;
    if (impl_->held == 0) return impl_->wait_readable();
    boost::asio::post(impl_->loop.impl().context, [impl = impl_] {
        if (!impl->paused && impl->held != 0) impl->take_ahead({}, std::exchange(impl->held, 0));
    });
}

void Link::finish() {
    if (impl_->dead) return;
    impl_->finish_wanted = true;
    if (impl_->out.empty()) impl_->write_now();
}

void Link::close_gently(std::unique_ptr<Link> link) {
    if (!link) return;
    link->impl_->owner = nullptr;
    link->impl_->linger();
}

void Link::reset() {
    if (impl_->dead) return;
    error_code ignored;
    impl_->socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    impl_->owner = nullptr;
    impl_->close_now();
}

const Endpoint& Link::local() const { return impl_->local; }
const Endpoint& Link::peer() const { return impl_->peer; }

}  // namespace why401::net
