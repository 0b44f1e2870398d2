#pragma once
// A TCP socket that does not block, and its place among those that are watched. No buffer, no owner to call:
// link.cpp has those.

#include <cstddef>
#include <memory>
#include <string_view>

#include "net/asio.h"

namespace why401::net {

class Socket {
public:
    /// `length` bytes went through, or `error` (errno) says why not: EAGAIN where one has to wait. A read of
    /// no bytes without an error is the peer's FIN.
    struct Result {
        std::size_t length = 0;
        int error = 0;
        bool must_wait() const { return error == EAGAIN; }
    };

    /// Begins to connect: the news is that it is writable, and pending_error() then says how it went. Throws
    /// std::system_error when it fails at once.
    static Socket connecting(Loop& loop, const tcp::endpoint& to,
                             std::shared_ptr<Readiness::Watcher> watcher);

    /// Takes over an open descriptor that does not block, and has it watched. Throws std::system_error (and
    /// closes it) when it cannot be.
    Socket(Loop& loop, int descriptor, std::shared_ptr<Readiness::Watcher> watcher);
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&&) = delete;

    /// Somebody else hears of it from now on.
    void hand_over(std::shared_ptr<Readiness::Watcher> watcher);

    bool is_open() const { return descriptor_ >= 0; }

    Result read(char* into, std::size_t room);
    Result write(std::string_view bytes);
    /// Of a listening one: `length` is the new descriptor, which does not block.
    Result accept(tcp::endpoint& peer);
    void finish();  ///< FIN
    int
    pending_error();  ///< what the system holds against it (SO_ERROR), which is then forgotten; 0: nothing
    void close();     ///< idempotent
    void reset();     ///< closes with an RST

    Endpoint local() const;
    Endpoint peer() const;
    void send_at_once();  ///< TCP_NODELAY

private:
    Readiness::Slots& slots_;
    int descriptor_;  ///< -1: closed
    Readiness::Place place_;
};

}  // namespace why401::net
