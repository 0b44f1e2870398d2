#pragma once
// The vocabulary of one Chromium network log: its events carry numbers whose names stand in the log itself,
// and differ from version to version. It reads constants, and refuses to know any number by heart.

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace why401 {

/// The events that tell of requests, connections and logins; all others are Other.
enum class NetlogEvent : std::uint8_t {
    Other,
    StartJob,          ///< URL_REQUEST_START_JOB: method and URL
    SendHeaders,       ///< a request's head over HTTP/1
    SendHeaders2,      ///< over HTTP/2
    SendHeaders3,      ///< over QUIC
    ReadHeaders,       ///< a response's head
    SendTunnel,        ///< CONNECT
    ReadTunnel,        ///< the answer to it
    BodyBytes,         ///< of a response, its coding undone
    RequestAlive,      ///< its end is the request's end
    BoundToJob,        ///< a request gets its stream from a job
    JobBoundToSocket,  ///< a job got a socket
    JobFoundSession,   ///< a job found an HTTP/2 session
    SessionSocket,     ///< the socket of an HTTP/2 session
    TcpConnect,        ///< addresses
    AuthHandler,       ///< what became of one scheme on offer
    AuthToken,         ///< what became of making a token
};

class NetlogWords {
public:
    explicit NetlogWords(const boost::json::object& constants);

    NetlogEvent event(std::int64_t type) const;
    bool is_begin(std::int64_t phase) const { return phase == begin_; }
    bool is_end(std::int64_t phase) const { return phase == end_; }
    /// "ERR_UNSUPPORTED_AUTH_SCHEME (-339)"
    std::string error(std::int64_t code) const;
    std::int64_t wall_ms(std::int64_t ticks) const { return tick_offset_ + ticks; }
    bool knows_requests() const { return requests_; }

private:
    std::unordered_map<std::int64_t, NetlogEvent> events_;
    std::unordered_map<std::int64_t, std::string> errors_;
    std::int64_t begin_ = 1, end_ = 2, tick_offset_ = 0;
    bool requests_ = false;
};

/// A number that a log writes as one or as a string.
std::int64_t netlog_number(const boost::json::object& object, std::string_view name);

}  // namespace why401
