#pragma once
// What the relay machine asks of the world: the only way out of the pure floor. The driver answers with
// sockets, tests with a script.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/ids.h"
#include "record/journal_event.h"

namespace why401 {

/// TLS to a server, whose certificate must be for `host`.
struct TlsToServer {
    std::string host;               ///< also the SNI, unless it is an address
    std::string peer;               ///< "web01:443": with the host, whose session may be resumed
    std::vector<std::string> alpn;  ///< offered; empty: the extension is left out
};

/// TLS from a client, answered with a certificate of our own for `host`.
struct TlsToClient {
    std::string host;
    std::string alpn;            ///< the protocol to choose; empty: the extension is left out
    bool alpn_required = false;  ///< the client offers protocols, and none that is spoken here
};

/// Who is asked next for a request: the origin server, or a parent proxy.
struct NextHop {
    std::string host;  ///< name or literal, no brackets
    std::uint16_t port = 80;
    bool is_proxy = false;
    std::string key;  ///< connections with equal keys are interchangeable for a pool: "web01:80"
    std::shared_ptr<const TlsToServer> tls{};  ///< null: in the clear
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
    /// Begins TLS on an open connection: towards a server as its client, towards a client as its server,
    /// whose first bytes have come already. Relay::secured or Relay::not_secured answers later, never from
    /// inside. From then on bytes are plaintext, both ways.
    virtual void secure(ConnectionId id, const TlsToServer& wish) = 0;
    virtual void secure(ConnectionId id, const TlsToClient& wish, std::string_view received) = 0;
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
