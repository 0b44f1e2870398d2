#pragma once
// What the connections of one API server share. Everything runs on the one thread that runs `context`, but
// the answers that take long.

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
    boost::asio::thread_pool worker{1};  ///< makes what takes long, one after the other
    boost::asio::io_context context{
        1};  // last: it destroys the sessions it still holds, and they touch the rest
};

/// No page of another origin is invited, and ours may load nothing from elsewhere.
void add_security_fields(boost::beast::http::fields& fields);

}  // namespace why401::api
