#pragma once
// What the connections of one API server share. Everything runs on the one thread that runs `context`, but
// the answers that take long.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/http/fields.hpp>
#include <cstddef>
#include <optional>
#include <set>

#include "app/api/event_frames.h"
#include "app/api/guard.h"
#include "app/api/routes.h"

namespace why401::api {

class EventSession;

struct Shared {
    Guard guard{0, ""};
    Source source;
    std::optional<EventFrames> frames;
    std::size_t connections = 0;
    std::set<EventSession*> listeners;
    std::atomic<bool> ending{false};  ///< no answer is made any more
    // Each makes one thing after the other.
    boost::asio::thread_pool answers{1};   ///< what takes long
    boost::asio::thread_pool openings{1};  ///< captures, so that the other answers need not wait for them
    boost::asio::io_context context{
        1};  // last: it destroys the sessions it still holds, and they touch the rest
};

/// No page of another origin is invited, and ours may load nothing from elsewhere.
void add_security_fields(boost::beast::http::fields& fields);

}  // namespace why401::api
