#pragma once
// What the relay machine asks of the world: the only way out of the pure floor. The driver answers with
// sockets, tests with a script.

#include <cstddef>
#include <string>
#include <string_view>

#include "record/ids.h"
#include "record/journal_event.h"

namespace why401 {

/// Who is asked next for a request: the origin server, or a parent proxy.
struct NextHop {
    std::string host;  ///< name or literal, no brackets
    std::uint16_t port = 80;
    bool is_proxy = false;
    std::string key;  ///< connections with equal keys are interchangeable for a pool: "web01:80"
};

enum class CloseHow : std::uint8_t {
    Gently,  ///< what is queued goes out first, then FIN
    Reset,   ///< RST: the peer must see that the message was cut short
};

class Outside {
public:
    virtual ~Outside() = default;
    /// Opens an upstream connection; Relay::connected or Relay::connect_failed answers later, never from
    /// inside.
    virtual void open(ConnectionId id, const NextHop& hop) = 0;
    /// Queues bytes on a connection. Returns how many bytes wait there; Relay::drained follows when it was
    /// not 0.
    virtual std::size_t send(ConnectionId id, std::string_view bytes) = 0;
    virtual void pause(ConnectionId id) = 0;  ///< stop reading from it
    virtual void resume(ConnectionId id) = 0;
    virtual void finish(ConnectionId id) = 0;  ///< FIN after what is queued; reading goes on
    /// Ends it; nothing more is heard of this id. Also gives up an opening that has not been answered.
    virtual void close(ConnectionId id, CloseHow how) = 0;
    virtual void record(JournalEvent event) = 0;
    /// An exchange to fill in, as new; whoever takes the finished ones may give them back to be used again.
    virtual std::unique_ptr<Exchange> blank() { return std::make_unique<Exchange>(); }
};

}  // namespace why401
