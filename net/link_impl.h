#pragma once
// Inside of Link, for listener.cpp and connector.cpp, which make links out of sockets.

#include <memory>
#include <string>

#include "net/asio.h"
#include "net/link.h"

namespace why401::net {

struct Link::Impl final : ReadAhead::Holder, std::enable_shared_from_this<Link::Impl> {
    Impl(Loop& owning_loop, tcp::socket connected);

    void wait_readable();
    void read_ahead();
    void take_ahead(const error_code& error, std::size_t length);
    bool let_go() override;
    void read_now();
    bool took(const error_code& error);
    void write_now();
    void wait_writable();
    void cannot_write(const error_code& error);
    void broke(const error_code& error);
    void watch_for_reset();
    void close_now();
    void linger();
    void wait_at_most(std::chrono::milliseconds time);  ///< of lingering, from now

    Loop& loop;
    tcp::socket socket;
    Endpoint local, peer;
    Link* link = nullptr;        ///< null once the Link object is gone
    LinkOwner* owner = nullptr;  ///< null before start() and after the last call
    std::string out;             ///< queued bytes, from `out_begin`
    std::size_t out_begin = 0;
    char* ahead = nullptr;  ///< held while the link is busy with small reads
    std::size_t held = 0;   ///< bytes in `ahead` that came while reading was paused
    bool waiting_readable = false, reading_ahead = false, waiting_writable = false, watching = false;
    bool paused = false, ended = false, dead = false;
    bool finish_wanted = false, finished = false, lingering = false;
    std::unique_ptr<boost::asio::steady_timer> linger_timer;
    error_code write_error;  ///< set: what is left to read is read, then the link is dead
};

/// A link over a connected socket; sets it non-blocking and TCP_NODELAY.
std::unique_ptr<Link> make_link(Loop& loop, tcp::socket socket);

}  // namespace why401::net
