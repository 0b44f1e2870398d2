#pragma once
// One TCP connection: bytes in, bytes out, and how it ended. No protocol, no policy. An idle link holds no
// buffer.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/endpoint.h"
#include "net/loop.h"

namespace why401::net {

/// Why a link broke off. `reset` tells an RST from other trouble; `what` is the system's word.
struct Broken {
    bool reset = false;
    std::string what;
};

class Link;

/// Whoever owns a link hears from it here, on the loop's thread. Any of these calls may destroy the link.
class LinkOwner {
public:
    virtual ~LinkOwner() = default;
    /// Bytes arrived; the view is good during the call only.
    virtual void on_bytes(Link& link, std::string_view bytes) = 0;
    /// The peer has finished sending (FIN); the other direction still works.
    virtual void on_end(Link& link) = 0;
    /// The link is dead, sending included. Last call.
    virtual void on_broken(Link& link, const Broken& broken) = 0;
    /// What was queued has gone out, after queued() was above zero.
    virtual void on_drained(Link& link) = 0;
};

/// What a reset makes of bytes that came before it and were not read yet: they may still be wanted (an
/// answer, say), or nobody is left who meant them.
enum class Unread : std::uint8_t { Wanted, Worthless };

class Link {
public:
    struct Impl;
    explicit Link(std::shared_ptr<Impl> impl);
    ~Link();  ///< closes at once when still open; queued bytes are lost
    Link(const Link&) = delete;

    /// Sets who hears of it and starts reading. Calls come from the loop, never from inside start().
    void start(LinkOwner& owner);

    /// Writes what the system takes now and queues the rest.
    void send(std::string_view bytes);
    std::size_t queued() const;

    /// Stops reading: back-pressure reaches the peer through TCP. A reset is heard when reading goes on, or
    /// at once where what is unread is worthless by then.
    void pause(Unread after_reset = Unread::Wanted);
    void resume();

    void finish();  ///< FIN once all is sent; reading goes on
    /// Ends the link behind the owner's back: sends what is queued, then FIN, and reads and drops what still
    /// comes for up to 2 s so that the peer can read our last words (no RST). The Link object may be
    /// destroyed at once.
    static void close_gently(std::unique_ptr<Link> link);
    /// RST now. The Link object may be destroyed afterwards.
    void reset();

    const Endpoint& local() const;
    const Endpoint& peer() const;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace why401::net
