#pragma once
// What the relay tells the recorder, append-only. Exchanges arrive in pieces; ExchangeAssembler joins them.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/connection.h"
#include "record/exchange.h"

namespace why401 {

struct ConnectionOpened {
    Connection connection;
};
struct ConnectionTunnelled {
    ConnectionId id;
};
struct ConnectionClosed {
    ConnectionId id;
    Closing closing;
};

/// The request's head has arrived.
struct ExchangeStarted {
    ExchangeId id{};
    std::optional<ConnectionId> client_connection;  ///< empty: this proxy asked by itself (an injected fault)
    std::string scheme, authority;
    bool in_tunnel = false;
    std::string request_head;
    Instant started, head_arrived;
};

/// Its head was sent on, or would be had a connection stood. A retry repeats it; the last one counts
/// and says in its decision that it is a retry.
struct ExchangeForwarded {
    ExchangeId id{};
    std::vector<Edit> edits;
    PoolDecision decision;
    Instant at;
};

struct BodyBytes {
    ExchangeId id{};
    bool of_request = true;
    std::string bytes;  ///< content without transfer coding, within the limit of what is kept
};

/// A response's head has arrived, interim ones (1xx) included.
struct ResponseHead {
    ExchangeId id{};
    std::string head;
    int status = 0;
    std::vector<Edit> edits;
    bool made_by_us = false;
    Instant at;
};

struct ExchangeFinished {
    ExchangeId id{};
    Outcome outcome = Outcome::Complete;
    std::optional<Fault> fault;
    std::uint64_t request_length = 0, response_length = 0;  ///< true content lengths
    Instant at;
};

struct PolicyChanged {
    std::string policy;
    std::string before;
    Instant at;
};
struct FaultsChanged {
    std::vector<std::string> enabled;
    Instant at;
};
struct FaultInjected {
    ExchangeId exchange{};
    std::string name;
    Instant at;
};
/// Trouble outside any exchange: an accept that failed, a head that could not be read.
struct FaultSeen {
    std::optional<ConnectionId> connection;
    Fault fault;
    Instant at;
};
/// The record has a hole, and says so: the queue was full, the disk was, or the limit was reached.
struct NotRecorded {
    std::uint64_t exchanges = 0;
    std::string because;
    Instant at;
};

using JournalEvent = std::variant<ConnectionOpened, ConnectionTunnelled, ConnectionClosed, ExchangeStarted,
                                  ExchangeForwarded, BodyBytes, ResponseHead, ExchangeFinished, PolicyChanged,
                                  FaultsChanged, FaultInjected, FaultSeen, NotRecorded>;

}  // namespace why401
