#pragma once
// One request and the response to it (RFC 9110 3.4), and what is known of how it travelled.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/ids.h"
#include "record/log_line.h"
#include "record/message.h"
#include "record/pool_decision.h"
#include "record/proof_outcome.h"

namespace why401 {

/// What broke, where. Made at once from a system error; says whose fault it was, as far as one can see.
struct Fault {
    enum class Whose : std::uint8_t { Client, Upstream, Network, Us } whose = Whose::Upstream;
    std::string stage;   ///< "resolve", "connect", "request head", "response body" ...
    std::string what;    ///< a sentence: "the server reset the connection after 12 of 40 bytes"
    std::string clause;  ///< of a protocol defect: "RFC 9112 6.3"; else empty
    std::optional<std::uint64_t> offset;  ///< of the offending byte in the refused message
    std::string bytes;                    ///< the offending bytes (64 at most)
};

enum class Outcome : std::uint8_t {
    Unfinished,  ///< the record ends before it did
    Complete,
    Tunnelled,  ///< a CONNECT or Upgrade that became a tunnel
    Refused,    ///< answered by this proxy: never sent, or no answer could be had (see fault)
    Broken,     ///< cut short after bytes of the response had gone to the client
    Abandoned,  ///< the client left
};

/// Times are zero (both clocks) where the thing never happened.
struct Timing {
    Instant started;        ///< first byte of the request
    Instant request_head;   ///< its head had arrived
    Instant forwarded;      ///< its head was sent on
    Instant response_head;  ///< the final response's head had arrived
    Instant ended;
};

/// The connection ids are optional because not every source knows them: this proxy does, a HAR may,
/// an IIS log never does. A rule that needs them says so instead of guessing.
struct Exchange {
    ExchangeId id{};
    std::optional<ConnectionId> client_connection;
    std::optional<ConnectionId> upstream_connection;
    std::string scheme = "http";
    std::string
        authority;  ///< host[:port] of the target: "web01" or "[::1]:8080"; the default port is left out
    bool in_tunnel = false;  ///< came inside CONNECT

    Message request;                  ///< as the client sent it
    std::vector<Edit> request_edits;  ///< what was changed before it was sent on
    Message response;                 ///< as the server sent it, or made by this proxy
    std::vector<Edit> response_edits;
    std::vector<std::string> interim;  ///< heads of 1xx responses that passed
    int status = 0;                    ///< of `response`; 0: none came
    bool answered_by_us = false;       ///< the server never spoke: `response` is this proxy's page

    Timing timing;
    Outcome outcome = Outcome::Unfinished;
    std::optional<Fault> fault;
    std::optional<PoolDecision> decision;
    std::vector<std::string> injected;   ///< names of faults injected on purpose into this exchange
    std::shared_ptr<const LogLine> log;  ///< what the server's own log says of it; null: no log was given
    int http_major = 1;  ///< of the HTTP version that was spoken; a head of 2 or 3 is put into HTTP/1's form
    std::shared_ptr<const ProofOutcome> proof;  ///< of a check with a secret; null: none was made
    bool credentials_withheld =
        false;  ///< who wrote the record left out or blackened what the request carried

    /// Makes it like new, but keeps the memory of its heads and small bodies for the next one.
    void clear();
};

/// "http://web01/logo.png", whatever the form of the target was; of CONNECT "web01:443".
std::string url(const Exchange& exchange);
void append_url(std::string& out, const Exchange& exchange);

}  // namespace why401
