#pragma once
// Puts TCP segments back into two byte streams per connection: repeated and reordered ones are what they
// should have been. A hole is told as a hole; nothing behind it is guessed. Bounded: what waits for a missing
// segment.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "store/ip_packet.h"

namespace why401 {

/// One connection as its reader sees it.
class StreamReader {
public:
    virtual ~StreamReader() = default;
    virtual void bytes(bool from_client, std::string_view bytes, std::int64_t time_us) = 0;
    /// Bytes of this direction are missing from here on.
    virtual void hole(bool from_client, std::uint64_t size) = 0;
    virtual void ends(bool from_client, bool reset, std::int64_t time_us) = 0;
    /// It wants no more bytes: nothing is kept for it.
    virtual bool indifferent() const = 0;
};

class TcpStreams {
public:
    using Open = std::function<std::unique_ptr<StreamReader>(const Endpoint& client, const Endpoint& server,
                                                             std::int64_t time_us)>;
    explicit TcpStreams(Open open) : open_(std::move(open)) {}

    void take(const Segment& segment, std::int64_t time_us);
    /// No more segments: holes that nothing filled are told.
    void finish();
    std::uint64_t connections() const { return opened_; }

private:
    struct Waiting {
        std::string data;
        std::uint64_t missing = 0;
        std::int64_t time_us = 0;
        bool fin = false;
    };
    struct Direction {
        std::optional<std::uint32_t> next;         ///< sequence number of the next byte
        std::map<std::uint32_t, Waiting> waiting;  ///< by distance from where the stream began
        std::uint32_t begin = 0;
        std::size_t held = 0;
        bool broken = false, ended = false;
    };
    struct Conversation {
        Endpoint client, server;
        Direction of[2];  ///< [0] from the client
        std::unique_ptr<StreamReader> reader;
    };
    using Key = std::pair<Endpoint, Endpoint>;

    Conversation& conversation(const Segment& segment, std::int64_t time_us);
    static void deliver(Conversation& conversation, bool from_client);
    static void close(Conversation& conversation);

    Open open_;
    std::map<Key, Conversation> conversations_;
    std::uint64_t opened_ = 0;
};

}  // namespace why401
