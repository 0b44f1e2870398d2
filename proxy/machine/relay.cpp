#include "proxy/machine/relay.h"

#include "proxy/machine/client_session.h"

namespace why401 {
namespace {

TlsFactsPtr closed_in_handshake(const std::string& what) {
    auto facts = std::make_shared<TlsFacts>();
    facts->refusal = TlsRefusal{"closed", what + " in the middle of the TLS handshake", "", "", false};
    return facts;
}

}  // namespace

Relay::Relay(RelayOptions options, Outside& outside) : options_(std::move(options)), outside_(outside) {}
Relay::~Relay() = default;

Upstream* Relay::upstream(ConnectionId id) {
    const auto found = upstreams_.find(id.number);
    return found == upstreams_.end() ? nullptr : found->second.get();
}

ClientSession* Relay::client(ConnectionId id) {
    const auto found = clients_.find(id.number);
    return found == clients_.end() ? nullptr : found->second.get();
}

// Objects that end during an event are kept until it is over: their own functions may still be on the stack.
void Relay::sweep() {
    ended_clients_.clear();
    ended_upstreams_.clear();
}

ConnectionId Relay::client_accepted(const Peers& peers, Instant now) {
    now_ = now;
    auto connection = std::make_shared<Connection>();
    const ConnectionId id = connection->id = {Leg::Client, ++last_client_};
    connection->local = peers.local;
    connection->peer = peers.peer;
    connection->opened = now;
    outside_.record(ConnectionFacts(connection));
    clients_.emplace(id.number, std::make_unique<ClientSession>(*this, std::move(connection)));
    return id;
}

void Relay::bytes(ConnectionId id, std::string_view received, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->receive(received);
    } else if (Upstream* up = upstream(id)) {
        if (up->client)
            up->client->upstream_bytes(received);
        else
            close_upstream(*up, CloseHow::Gently, "the server spoke on an idle connection");
    }
    sweep();
}

void Relay::ended(ConnectionId id, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_ended();
    } else if (Upstream* up = upstream(id)) {
        if (up->securing)
            refuse(*up, closed_in_handshake("the server closed the connection"));
        else if (up->client)
            up->client->upstream_ended();
        else
            upstream_gone(*up, {ClosedBy::Peer, CloseKind::Fin, now, ""});
    }
    sweep();
}

void Relay::broken(ConnectionId id, bool reset, const std::string& what, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_broken(reset, what);
    } else if (Upstream* up = upstream(id)) {
        if (up->securing)
            refuse(*up, closed_in_handshake(reset ? "the server reset the connection" : what));
        else if (up->client)
            up->client->upstream_broken(reset, reset ? "the server reset the connection" : what);
        else
            upstream_gone(*up, {ClosedBy::Peer, reset ? CloseKind::Reset : CloseKind::Fin, now, what});
    }
    sweep();
}

void Relay::cut_off(ConnectionId id, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_ended();
    } else if (Upstream* up = upstream(id)) {
        constexpr const char* kWhat = "the server closed the connection without ending TLS (close_notify)";
        if (up->client)
            up->client->upstream_broken(true, kWhat);
        else
            upstream_gone(*up, {ClosedBy::Peer, CloseKind::Fin, now, kWhat});
    }
    sweep();
}

void Relay::drained(ConnectionId id, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_drained();
    } else if (Upstream* up = upstream(id)) {
        if (up->client) up->client->upstream_drained();
    }
    sweep();
}

void Relay::connected(ConnectionId id, const Peers& peers, Instant now) {
    now_ = now;
    if (Upstream* up = upstream(id)) {
        up->connected = true;
        auto connection = std::make_shared<Connection>();
        connection->id = id;
        connection->local = peers.local;
        connection->peer = peers.peer;
        connection->origin = up->hop.host + ":" + std::to_string(up->hop.port);
        if (up->client) connection->opened_for = up->client->id();
        connection->next_hop_is_proxy = up->hop.is_proxy;
        connection->opened = now;
        up->connection = std::move(connection);
        outside_.record(up->connection);
        remember_address(*up);
        if (up->hop.tls)
            secure(*up, *up->hop.tls);
        else if (up->client)
            up->client->upstream_connected();
    }
    sweep();
}

void Relay::secured(ConnectionId id, const TlsFactsPtr& facts, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_secured(facts);
    } else if (Upstream* up = upstream(id)) {
        up->securing = false;
        know_tls(*up, facts);
        if (up->client) up->client->upstream_secured(*facts);
    }
    sweep();
}

void Relay::learned(ConnectionId id, const TlsFactsPtr& facts, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) return;  // a client has nothing to show but its ClientHello
    if (Upstream* up = upstream(id)) know_tls(*up, facts);
    sweep();
}

void Relay::not_secured(ConnectionId id, const TlsFactsPtr& facts, Instant now) {
    now_ = now;
    if (id.leg == Leg::Client) {
        if (ClientSession* session = client(id)) session->client_not_secured(facts);
    } else if (Upstream* up = upstream(id)) {
        refuse(*up, facts);
    }
    sweep();
}

void Relay::connect_failed(ConnectionId id, const ConnectTrouble& trouble, Instant now) {
    now_ = now;
    const auto found = upstreams_.find(id.number);
    if (found == upstreams_.end()) return;
    ClientSession* session = found->second->client;
    ended_upstreams_.push_back(std::move(found->second));
    upstreams_.erase(found);
    if (session) session->upstream_failed(trouble);
    sweep();
}

/// Those that are there now; each may go while the others are looked at.
std::vector<ClientSession*> Relay::sessions() const {
    std::vector<ClientSession*> all;
    all.reserve(clients_.size());
    for (const auto& [number, session] : clients_) all.push_back(session.get());
    return all;
}

void Relay::tick(Instant now) {
    now_ = now;
    for (ClientSession* session : sessions()) session->tick();
    close_stale();
    sweep();
}

// Rule 12: nothing is dropped for a switch but pooled connections nobody owns, when ownership begins to
// count.
void Relay::set(Policy policy, FaultSet faults, Instant now) {
    now_ = now;
    if (faults.names() != options_.faults.names()) outside_.record(FaultsChanged{faults.names(), now});
    options_.faults = std::move(faults);
    if (policy.name == options_.policy.name) return;
    outside_.record(PolicyChanged{policy.name, options_.policy.name, now});
    const bool owners_begin = policy.is_affinity() || policy.name == "auth-aware";
    std::vector<Upstream*> retiring;
    for (const auto& [number, up] : upstreams_) {
        const bool idle = up->client == nullptr;
        if (up->login == Login::UnderWay) {
            up->login_from_earlier_policy = true;
        } else if (owners_begin && !up->owner && !up->private_to) {
            if (idle)
                retiring.push_back(up.get());
            else
                up->retired = true;
        }
        // A policy that knows logins keeps what it finds logged in with its client; a blind one lends
        // everything.
        if (policy.pin != PinTrigger::Never && up->login != Login::None && up->owner)
            up->private_to = up->owner;
        if (policy.pin == PinTrigger::Never && !policy.is_affinity()) up->private_to.reset();
        if (!policy.is_affinity() && !up->of_tunnel) up->owner.reset();
        if (idle) rest_for_its_client(*up);
    }
    options_.policy = std::move(policy);
    memory_ = {};
    for (Upstream* up : retiring)
        close_upstream(*up, CloseHow::Gently, "the policy was switched to " + options_.policy.name);
    sweep();
}

// What is opened already cannot become a tunnel: such a client connection ends when it is idle, and its
// client comes back through one.
void Relay::set(Interception interception, Instant now) {
    now_ = now;
    if (interception == options_.interception) return;
    options_.interception = std::move(interception);
    outside_.record(InterceptionChanged{options_.interception.intercept, options_.interception.tunnel, now});
    for (ClientSession* session : sessions()) session->reconsider();
    sweep();
}

void Relay::drain(Instant now) {
    now_ = now;
    draining_ = true;
    for (ClientSession* session : sessions()) session->drain();
    sweep();
}

void Relay::close_all(Instant now) {
    now_ = now;
    draining_ = true;
    while (!clients_.empty()) clients_.begin()->second->close(CloseHow::Reset, "the proxy is stopping");
    while (!upstreams_.empty())
        close_upstream(*upstreams_.begin()->second, CloseHow::Gently, "the proxy is stopping");
    sweep();
}

}  // namespace why401
