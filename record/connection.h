#pragma once
// Facts about one TCP connection, never a socket.

#include <memory>
#include <optional>
#include <string>

#include "record/ids.h"
#include "record/tls.h"

namespace why401 {

enum class ClosedBy : std::uint8_t { Peer, Us };
enum class CloseKind : std::uint8_t { Fin, Reset, Timeout };

struct Closing {
    ClosedBy by = ClosedBy::Peer;
    CloseKind kind = CloseKind::Fin;
    Instant at;
    std::string because;  ///< ours: the reason ("policy per-request"); a peer's: empty or the system's word
};

/// Bytes of a tunnel, as its client and the other end sent them; none of them was read.
struct Carried {
    std::uint64_t from_client = 0, to_client = 0;
};

struct Connection {
    ConnectionId id;
    std::string local;   ///< "127.0.0.1:53412"
    std::string peer;    ///< "127.0.0.1:80"
    std::string origin;  ///< upstream leg: the next hop asked for, "web01.lab.why401.test:80"
    std::optional<ConnectionId> opened_for;  ///< upstream leg: the client connection that caused it
    bool next_hop_is_proxy = false;          ///< upstream leg: a parent proxy stands at the other end
    bool tunnel = false;                     ///< became opaque: what passes is not seen
    TlsFactsPtr tls;                         ///< null: no TLS was seen on it
    std::optional<Carried> carried;          ///< client leg of a tunnel, once it has closed
    Instant opened;
    std::optional<Closing> closing;
};

/// Shared by all who remember it, from the relay to the live view: a change is a new value.
using ConnectionFacts = std::shared_ptr<const Connection>;

}  // namespace why401
