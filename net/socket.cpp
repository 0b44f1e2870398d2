#include "net/socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace why401::net {
namespace {

template <class Name>
Endpoint name_of(int descriptor, Name name) {
    tcp::endpoint endpoint;
    auto length = static_cast<socklen_t>(endpoint.capacity());
    if (name(descriptor, endpoint.data(), &length) != 0) return {};
    endpoint.resize(length);
    return from_asio(endpoint);
}

template <class Call>
Socket::Result outcome(Call call) {
    for (;;) {
        const ssize_t length = call();
        if (length >= 0) return {static_cast<std::size_t>(length), 0};
        if (errno != EINTR) return {0, errno == EWOULDBLOCK ? EAGAIN : errno};
    }
}

}  // namespace

Socket::Socket(Loop& loop, int descriptor, std::shared_ptr<Readiness::Watcher> watcher)
    : slots_(loop.impl().slots), descriptor_(descriptor) {
    try {
        place_ = loop.impl().readiness.watch(descriptor, std::move(watcher));
    } catch (...) {
        ::close(descriptor);
        throw;
    }
}

Socket::Socket(Socket&& other) noexcept
    : slots_(other.slots_), descriptor_(std::exchange(other.descriptor_, -1)), place_(other.place_) {}

void Socket::hand_over(std::shared_ptr<Readiness::Watcher> watcher) {
    slots_.hand_over(place_, std::move(watcher));
}

Socket Socket::connecting(Loop& loop, const tcp::endpoint& to, std::shared_ptr<Readiness::Watcher> watcher) {
    const int descriptor =
        ::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category());
    if (::connect(descriptor, to.data(), static_cast<socklen_t>(to.size())) != 0 && errno != EINPROGRESS) {
        const int error = errno;
        ::close(descriptor);
        throw std::system_error(error, std::generic_category());
    }
    return Socket(loop, descriptor, std::move(watcher));
}

Socket::Result Socket::accept(tcp::endpoint& peer) {
    return outcome([&] {
        auto length = static_cast<socklen_t>(peer.capacity());
        const int descriptor = ::accept4(descriptor_, peer.data(), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) peer.resize(length);
        return static_cast<ssize_t>(descriptor);
    });
}

Socket::Result Socket::read(char* into, std::size_t room) {
    return outcome([&] { return ::recv(descriptor_, into, room, 0); });
}

Socket::Result Socket::write(std::string_view bytes) {
    return outcome([&] { return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
}

void Socket::finish() { ::shutdown(descriptor_, SHUT_WR); }

int Socket::pending_error() {
    int code = 0;
    socklen_t length = sizeof code;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &code, &length);
    return code;
}

void Socket::close() {
    if (descriptor_ < 0) return;
    const int ending = std::exchange(descriptor_, -1);
    slots_.forget(place_);
    ::close(ending);
}

void Socket::reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

Endpoint Socket::local() const { return name_of(descriptor_, ::getsockname); }
Endpoint Socket::peer() const { return name_of(descriptor_, ::getpeername); }

void Socket::send_at_once() {
    const int yes = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace why401::net
