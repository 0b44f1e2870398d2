#pragma once
// Inside of Link, for listener.cpp and connector.cpp, which make links out of sockets.

#include <memory>
#include <string>

#include "net/link.h"
#include "net/socket.h"

namespace why401::net {

struct Link::Impl final : Readiness::Watcher, std::enable_shared_from_this<Link::Impl> {
    Impl(Loop& owning_loop, Socket connected, const Endpoint& local_end, const Endpoint& peer_end);

    void on_ready(const Readiness::News& news) override;
    void note(const Readiness::News& news);
    void read_now();
    void read_soon();
    void came_to_its_end(int error);
    void write_now();
    void cannot_write(int error);
    void read_last_words();
    void broke(int error);
    void watch_for_reset();
    void close_now();
    void linger();
    void wait_at_most(std::chrono::milliseconds time);  ///< of lingering, from now

    Loop& loop;
    Socket socket;
    const Endpoint local, peer;
    Link* link = nullptr;        ///< null once the Link object is gone
    LinkOwner* owner = nullptr;  ///< null before start() and after the last call
    std::string out;             ///< queued bytes, from `out_begin`
    std::size_t out_begin = 0;
    bool readable = false;    ///< there may be more to read; news of it does not come twice
    bool last_words = false;  ///< behind what is readable stands the end: read until it shows
    bool failing = false;     ///< the system has an error for it
    bool reading_soon = false;
    bool paused = false, resets_matter = false, ended = false, dead = false;
    bool finish_wanted = false, finished = false, lingering = false;
    std::unique_ptr<boost::asio::steady_timer> linger_timer;
    int write_error = 0;  ///< set: what is left to read is read, then the link is dead
};

/// A link over a connected socket. `heard`: the news that came before there was a link.
std::unique_ptr<Link> make_link(Loop& loop, Socket socket, const Endpoint& local, const Endpoint& peer,
                                const Readiness::News& heard = {});

}  // namespace why401::net
