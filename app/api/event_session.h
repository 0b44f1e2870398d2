#pragma once
// Listeners to the event stream: one WebSocket each (RFC 6455). Who may listen was decided before.

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>

#include "app/api/sessions.h"

namespace why401::api {

/// Answers the upgrade on `socket` and sends what happens after the event `since`, until the listener leaves.
void listen_to_events(Shared& shared, boost::asio::ip::tcp::socket socket,
                      const boost::beast::http::request<boost::beast::http::string_body>& upgrade,
                      std::uint64_t since, EventFrames::Form form);

/// Something has happened: every listener gets it that is ready for more.
void tell_listeners(Shared& shared);

}  // namespace why401::api
