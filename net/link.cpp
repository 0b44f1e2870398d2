#include "net/link.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/link_impl.h"

namespace why401::net {
namespace {

constexpr std::size_t kCompactAt = 1 << 20;        ///< sent bytes at the front of the queue worth moving for
constexpr auto kLinger = std::chrono::seconds(2);  ///< for the peer's FIN, once ours is sent
constexpr auto kSlowReader = std::chrono::seconds(60);  ///< without taking any of what is still queued
constexpr int kReadsInARow = 4;                         ///< then others get their turn

}  // namespace

Link::Impl::Impl(Loop& owning_loop, Socket connected, const Endpoint& local_end, const Endpoint& peer_end)
    : loop(owning_loop), socket(std::move(connected)), local(local_end), peer(peer_end) {
    socket.send_at_once();
}

void Link::Impl::on_ready(const Readiness::News& news) {
    const auto self = shared_from_this();  // any call below may let go of it
    note(news);
    if (news.writable && !out.empty() && !write_error) {
        if (lingering) wait_at_most(kSlowReader);
        write_now();
        if (out.empty() && !dead && !write_error && owner) owner->on_drained(*link);
    }
    if (failing && paused && resets_matter) watch_for_reset();
    if (readable && !reading_soon) read_now();
}

void Link::Impl::note(const Readiness::News& news) {
    readable = readable || news.readable;
    last_words = last_words || news.last;
    failing = failing || news.broken;
}

// A read that does not fill the buffer has emptied the socket: what comes later is told anew. Only an end
// that is there already is not.
void Link::Impl::read_now() {
    std::vector<char>& buffer = loop.impl().read_buffer;
    for (int turn = 0; turn < kReadsInARow; ++turn) {
        if (!readable || paused || ended || dead || write_error || !(owner || lingering)) return;
        const Socket::Result got = socket.read(buffer.data(), buffer.size());
        if (got.must_wait()) {
            readable = false;
            return;
        }
        if (got.length == 0) return came_to_its_end(got.error);
        readable = last_words || got.length == buffer.size();
        if (owner) owner->on_bytes(*link, {buffer.data(), got.length});
    }
    read_soon();
}

// Others get their turn first; and the caller of resume() expects no call from inside.
void Link::Impl::read_soon() {
    if (!readable || std::exchange(reading_soon, true)) return;
    boost::asio::post(loop.impl().context, [self = shared_from_this()] {
        self->reading_soon = false;
        self->read_now();
    });
}

/// A read brought a FIN or an error.
void Link::Impl::came_to_its_end(int error) {
    if (error != 0) return broke(error);
    ended = true;
    readable = false;
    if (lingering && finished)
        close_now();
    else if (owner)
        owner->on_end(*link);
}

void Link::Impl::write_now() {
    while (out_begin < out.size()) {
        const Socket::Result sent = socket.write(std::string_view(out).substr(out_begin));
        if (sent.must_wait()) {
            if (out_begin < kCompactAt) return;
            out.erase(0, out_begin);
            out_begin = 0;
            return;
        }
        if (sent.error != 0) return cannot_write(sent.error);
        out_begin += sent.length;
    }
    out = {};  // an idle link holds no buffer
    out_begin = 0;
    if (finish_wanted && !finished) {
        finished = true;
        socket.finish();
        if (lingering) ended ? close_now() : wait_at_most(kLinger);
    }
}

// What the peer said before it reset the connection is still there to be read, and may be the answer that
// explains it: an early 401, say. Read through the loop, as the caller of send() expects no call from inside.
void Link::Impl::cannot_write(int error) {
    if (dead || write_error) return;
    write_error = error;
    out = {};
    out_begin = 0;
    boost::asio::post(loop.impl().context, [self = shared_from_this()] {
        self->read_last_words();
        self->broke(self->write_error);
    });
}

void Link::Impl::read_last_words() {
    std::vector<char>& buffer = loop.impl().read_buffer;
    while (owner && !dead && !ended) {
        const Socket::Result got = socket.read(buffer.data(), buffer.size());
        if (got.length == 0) return;
        owner->on_bytes(*link, {buffer.data(), got.length});
    }
}

// Errors surface through the loop, so that a caller of send() never finds itself destroyed.
void Link::Impl::broke(int error) {
    if (dead) return;
    close_now();
    if (!owner) return;
    Broken broken{error == ECONNRESET || error == EPIPE, std::generic_category().message(error)};
    boost::asio::post(loop.impl().context, [self = shared_from_this(), broken = std::move(broken)] {
        if (LinkOwner* listening = std::exchange(self->owner, nullptr))
            listening->on_broken(*self->link, broken);
    });
}

// Reading is paused, and what is unread has lost its worth: the error is asked for rather than read.
void Link::Impl::watch_for_reset() {
    if (const int error = socket.pending_error()) broke(error);
}

void Link::Impl::close_now() {
    dead = true;
    linger_timer.reset();
    socket.close();
}

void Link::Impl::linger() {
    if (dead) return;
    lingering = true;
    paused = false;
    finish_wanted = true;
    wait_at_most(finished ? kLinger : kSlowReader);
    write_now();
    if (!dead && ended && out.empty()) return close_now();
    read_soon();
}

void Link::Impl::wait_at_most(std::chrono::milliseconds time) {
    if (!linger_timer) linger_timer = std::make_unique<boost::asio::steady_timer>(loop.impl().context);
    linger_timer->expires_after(time);
    linger_timer->async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && !self->dead) self->close_now();
    });
}

std::unique_ptr<Link> make_link(Loop& loop, Socket socket, const Endpoint& local, const Endpoint& peer,
                                const Readiness::News& heard) {
    auto impl = std::make_shared<Link::Impl>(loop, std::move(socket), local, peer);
    impl->note(heard);
    impl->socket.hand_over(impl);
    return std::make_unique<Link>(std::move(impl));
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
    impl_->read_soon();
}

void Link::send(std::string_view bytes) {
    if (impl_->dead || impl_->finish_wanted || impl_->write_error || bytes.empty()) return;
    if (impl_->out.empty()) {
        const Socket::Result sent = impl_->socket.write(bytes);
        if (sent.error != 0 && !sent.must_wait()) return impl_->cannot_write(sent.error);
        bytes.remove_prefix(sent.length);
        if (bytes.empty()) return;
    }
    impl_->out.append(bytes);  // the system tells when there is room again (epoll(7), question 9)
}

std::size_t Link::queued() const { return impl_->out.size() - impl_->out_begin; }

void Link::pause(Unread after_reset) {
    impl_->paused = true;
    impl_->resets_matter = after_reset == Unread::Worthless;
    if (!impl_->resets_matter || !impl_->failing) return;
    boost::asio::post(impl_->loop.impl().context, [impl = impl_] {
        if (impl->paused && impl->resets_matter && !impl->dead) impl->watch_for_reset();
    });
}

void Link::resume() {
    if (std::exchange(impl_->paused, false)) impl_->read_soon();
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
    impl_->owner = nullptr;
    impl_->dead = true;
    impl_->linger_timer.reset();
    impl_->socket.reset();
}

const Endpoint& Link::local() const { return impl_->local; }
const Endpoint& Link::peer() const { return impl_->peer; }

}  // namespace why401::net
