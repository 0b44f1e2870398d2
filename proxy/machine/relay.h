#pragma once
// The relay as a machine: bytes and other events in, calls on Outside out. It knows no socket and no clock;
// it is told the time with every event. One exchange at a time per client connection, so pipelined requests
// are answered in order; bodies stream and are never held.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/machine/faults.h"
#include "proxy/machine/interception.h"
#include "proxy/machine/outside.h"
#include "proxy/machine/own_page.h"
#include "proxy/machine/policy.h"
#include "proxy/machine/upstream_pool.h"

namespace why401 {

struct RelayLimits {
    std::size_t head_bytes = 256 * 1024;
    std::size_t kept_body = 1 << 20;         ///< content bytes recorded per body
    std::size_t kept_under_way = 256 << 20;  ///< of all exchanges that have not ended yet, together
    std::size_t queued_bytes = 256 * 1024;   ///< on a connection, before its source is paused
    std::int64_t head_us = 30'000'000;       ///< for a request head, from its first byte
    std::int64_t client_idle_us = 600'000'000;
    std::int64_t pool_idle_us = 60'000'000;  ///< an idle pooled connection nobody is logged in on
    std::int64_t sniff_us =
        1'000'000;  ///< of silence after CONNECT, then the tunnel is opaque (relay rule 10)
    std::int64_t tls_us = 10'000'000;           ///< for the TLS handshake of a server
    std::int64_t upload_drain_us = 30'000'000;  ///< for the rest of an upload whose answer has already come
};

/// Where a request for a host goes; the driver's knowledge (parent proxy, names of the lab).
struct Route {
    NextHop hop;
    std::string refused;    ///< not empty: answer 502 with this sentence instead
    bool own_site = false;  ///< the proxy's own name: it answers itself
};

struct RelayOptions {
    RelayLimits limits;
    Policy policy;
    FaultSet faults;
    Interception interception;
    bool opens_tls = false;  ///< there is a CA to open it with; else every tunnel stays one
    std::function<OwnAnswer(const OwnQuestion&)> own_site;  ///< empty: it says what it is, no more
    std::function<Route(const std::string& host, std::uint16_t port)> route;  ///< empty: straight to the host
};

struct Peers {
    std::string local, peer;  ///< "127.0.0.1:53412"
};

struct ConnectTrouble {
    enum class Kind : std::uint8_t { Resolve, Connect, Timeout, Loop } kind = Kind::Connect;
    std::string what;  ///< a clause, addresses tried included
};

class ClientSession;
struct Upstream;

class Relay {
public:
    Relay(RelayOptions options, Outside& outside);
    ~Relay();

    // What happened. Calls for ids that are gone are ignored.
    ConnectionId client_accepted(const Peers& peers, Instant now);
    void bytes(ConnectionId id, std::string_view received, Instant now);
    void ended(ConnectionId id, Instant now);  ///< the peer finished sending
    void broken(ConnectionId id, bool reset, const std::string& what, Instant now);
    /// It ended although more had to come: TLS was not ended before TCP was (RFC 8446 6.1).
    void cut_off(ConnectionId id, Instant now);
    void drained(ConnectionId id, Instant now);
    void connected(ConnectionId id, const Peers& peers, Instant now);
    void connect_failed(ConnectionId id, const ConnectTrouble& trouble, Instant now);
    /// TLS stands on this connection. `facts` are recorded.
    void secured(ConnectionId id, const TlsFactsPtr& facts, Instant now);
    /// What stands has shown more of itself: the server would renegotiate, say.
    void learned(ConnectionId id, const TlsFactsPtr& facts, Instant now);
    /// It could not be had, or the peer was not accepted, or did not accept us although it stood:
    /// `facts->refusal` says why. The connection is closed by the relay.
    void not_secured(ConnectionId id, const TlsFactsPtr& facts, Instant now);
    /// Looks at every time limit; a few times a second is enough.
    void tick(Instant now);

    void set(Policy policy, FaultSet faults, Instant now);
    /// Connections that were opened stay so until they are idle.
    void set(Interception interception, Instant now);
    /// Idle client connections are closed now, the others when their exchange is done.
    void drain(Instant now);
    /// Ends everything at once.
    void close_all(Instant now);
    std::size_t open_clients() const { return clients_.size(); }
    // Counts of this run; from any thread.
    std::uint64_t exchanges() const { return last_exchange_; }
    std::uint64_t clients_seen() const { return last_client_; }
    std::uint64_t upstreams_seen() const { return last_upstream_; }

private:
    friend class ClientSession;

    Upstream* upstream(ConnectionId id);
    ClientSession* client(ConnectionId id);
    std::vector<ClientSession*> sessions() const;
    void sweep();

    // upstream connections (relay_upstreams.cpp)
    PoolDecision decide(const ClientSession& client, const NextHop& hop);
    Upstream& take(PoolDecision& decision, ClientSession& client, const NextHop& hop);
    Upstream& open_new(ClientSession& client, const NextHop& hop);
    void release(Upstream& upstream, ClientSession& client);
    void secure(Upstream& upstream, const TlsToServer& wish);
    void refuse(Upstream& upstream, const TlsFactsPtr& facts);
    void know_tls(Upstream& upstream, const TlsFactsPtr& facts);
    void close_upstream(Upstream& upstream, CloseHow how, const std::string& because);
    void upstream_gone(Upstream& upstream, Closing closing);
    void forget_upstream(Upstream& upstream, Closing closing);
    void client_gone(ClientSession& client, Closing closing);
    bool holds_login(const ClientSession& client, ConnectionId except) const;
    const std::string* shared_address(const NextHop& hop) const;
    void remember_address(const Upstream& upstream);
    void make_idle(Upstream& upstream);
    void leave_idle(Upstream& upstream);
    void rest_for(Upstream& upstream, ClientSession* client);
    void rest_for_its_client(Upstream& upstream);
    void close_stale();
    bool may_rest(const Upstream& upstream, const ClientSession& client) const;

    RelayOptions options_;
    Outside& outside_;
    Instant now_;
    bool draining_ = false;
    std::atomic<std::uint64_t> last_client_{0}, last_upstream_{0},
        last_exchange_{0};  ///< others may read them
    std::uint64_t idle_counter_ = 0;
    std::size_t kept_under_way_ = 0;  ///< content bytes
    PoolMemory memory_;
    std::unordered_map<std::string, std::shared_ptr<const Route>> routes_;  ///< by authority
    std::unordered_map<std::uint64_t, std::unique_ptr<ClientSession>> clients_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Upstream>> upstreams_;
    std::unordered_map<std::string, std::vector<Upstream*>> idle_;  ///< by NextHop::key, in no order
    std::unordered_map<std::string, std::string> addresses_;  ///< by NextHop::key, of Policy::by_address
    std::vector<IdleUpstream> seen_idle_;                     ///< what decide() looks at; kept for its room
    std::vector<std::unique_ptr<ClientSession>> ended_clients_;
    std::vector<std::unique_ptr<Upstream>> ended_upstreams_;
};

}  // namespace why401
