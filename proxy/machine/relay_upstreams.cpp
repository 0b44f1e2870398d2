// The relay's upstream connections: choosing, opening, resting, losing them.

#include <algorithm>
#include <utility>

#include "proxy/machine/client_session.h"
#include "proxy/machine/relay.h"

namespace why401 {
namespace {

constexpr std::size_t kAddresses = 1024;  ///< of names, for policies that pool by address

}  // namespace

// With affinity only the client's own connections can be chosen, so the others are not looked at: what a
// request costs does not grow with the number of clients.
PoolDecision Relay::decide(const ClientSession& session, const NextHop& hop) {
    seen_idle_.clear();
    const auto see = [&](const Upstream& up) {
        seen_idle_.push_back(
            {up.id, up.owner, up.private_to, up.last_client, up.login_from_earlier_policy, up.idle_since});
    };
    const auto found = idle_.find(hop.key);
    if (options_.policy.is_affinity()) {
        for (const Upstream* up : session.resting_)
            if (up->hop.key == hop.key) see(*up);
    } else if (const std::string* address = shared_address(hop)) {
        for (const auto& [key, list] : idle_)
            for (const Upstream* up : list)
                if (!up->hop.tls && !up->of_tunnel && up->connection->peer == *address) see(*up);
    } else if (found != idle_.end()) {
        for (const Upstream* up : found->second) see(*up);
    }
    const Asker asker{session.id(), session.previous_upstream_, session.has_transport_};
    return choose_upstream(options_.policy, asker, seen_idle_, memory_);
}

// Policy::by_address: where connections to this hop have led. Not through TLS, whose certificate was verified
// for one name, nor through a parent proxy's tunnel.
const std::string* Relay::shared_address(const NextHop& hop) const {
    if (!options_.policy.by_address || hop.tls || hop.is_proxy) return nullptr;
    const auto found = addresses_.find(hop.key);
    return found == addresses_.end() ? nullptr : &found->second;
}

void Relay::remember_address(const Upstream& up) {
    if (!options_.policy.by_address || up.hop.tls || up.hop.is_proxy) return;
    if (addresses_.size() >= kAddresses) addresses_.clear();
    addresses_[up.hop.key] = up.connection->peer;
}

Upstream& Relay::take(PoolDecision& decision, ClientSession& client, const NextHop& hop) {
    Upstream* chosen = decision.chosen ? upstream(*decision.chosen) : nullptr;
    if (!chosen) {
        Upstream& opened = open_new(client, hop);
        decision.chosen = opened.id;
        return opened;
    }
    leave_idle(*chosen);
    chosen->client = &client;
    return *chosen;
}

Upstream& Relay::open_new(ClientSession& client, const NextHop& hop) {
    auto up = std::make_unique<Upstream>();
    up->id = {Leg::Upstream, ++last_upstream_};
    up->hop = hop;
    up->client = &client;
    if (options_.policy.is_affinity()) up->owner = client.id();
    if (options_.policy.pins_a_new_one && client.has_transport_) up->private_to = client.id();
    Upstream& opened = *up;
    upstreams_.emplace(opened.id.number, std::move(up));
    outside_.open(opened.id, hop);
    return opened;
}

void Relay::secure(Upstream& up, const TlsToServer& wish) {
    up.securing = true;
    if (up.client) up.client->wait_since_ = now_;
    outside_.secure(up.id, wish);
}

void Relay::know_tls(Upstream& up, const TlsFactsPtr& facts) {
    Connection known = *up.connection;
    known.tls = facts;
    up.connection = std::make_shared<const Connection>(std::move(known));
    outside_.record(up.connection);
}

// Its TLS could not be had, or its certificate was not accepted: nothing is sent on it.
void Relay::refuse(Upstream& up, const TlsFactsPtr& facts) {
    const ConnectionId id = up.id;
    ClientSession* session = up.client ? up.client : up.rests_for;
    up.securing = false;
    know_tls(up, facts);
    close_upstream(up, CloseHow::Gently,
                   facts->refusal ? "not accepted: " + facts->refusal->what : "its TLS handshake failed");
    if (session) session->upstream_not_secured(*facts, id);
}

bool Relay::may_rest(const Upstream& up, const ClientSession& client) const {
    if (up.retired || up.ended || draining_) return false;
    if (options_.policy.order == PoolOrder::New && !up.login_from_earlier_policy && !up.of_tunnel)
        return false;
    return client.is_open() || (!up.owner && !up.private_to);
}

// Its exchange is done: it rests for the next request, or is closed.
void Relay::release(Upstream& up, ClientSession& client) {
    up.client = nullptr;
    if (std::exchange(up.paused, false)) outside_.resume(up.id);
    if (client.through_parent()) {
        up.owner = client.id();
        up.of_tunnel = true;
    } else if (!options_.policy.is_affinity()) {
        up.owner.reset();
    }
    // A login may have been checked while the policy was switched: it is still its client's alone.
    if (up.login != Login::None && options_.policy.is_affinity()) up.owner = client.id();
    if (up.login != Login::None && options_.policy.pin == PinTrigger::RequestOrResponse)
        up.private_to = client.id();
    if (!may_rest(up, client))
        return close_upstream(up, CloseHow::Gently,
                              up.server_said_close ? "the server's answer said that it was the last on it"
                                                   : "not used any more");
    up.input = {};
    make_idle(up);
}

void Relay::make_idle(Upstream& up) {
    up.idle_since = ++idle_counter_;
    up.idle_from_us = now_.steady_us;
    up.idle_list = &idle_[up.hop.key];
    up.idle_place = up.idle_list->size();
    up.idle_list->push_back(&up);
    rest_for_its_client(up);
}

void Relay::leave_idle(Upstream& up) {
    if (!up.idle_list) return;
    Upstream* last = up.idle_list->back();
    (*up.idle_list)[up.idle_place] = last;
    last->idle_place = up.idle_place;
    up.idle_list->pop_back();
    up.idle_list = nullptr;
    rest_for(up, nullptr);
}

void Relay::rest_for(Upstream& up, ClientSession* session) {
    if (up.rests_for == session) return;
    if (up.rests_for) std::erase(up.rests_for->resting_, &up);
    up.rests_for = session;
    if (session) session->resting_.push_back(&up);
}

// A login that was under way when the policy was switched is its client's too (relay rule 12).
void Relay::rest_for_its_client(Upstream& up) {
    auto whose = up.bound_to();
    if (!whose && up.login_from_earlier_policy) whose = up.last_client;
    rest_for(up, whose ? client(*whose) : nullptr);
}

// Idle in a pool for too long. Also forgets next hops that nothing leads to any more.
void Relay::close_stale() {
    std::vector<Upstream*> stale;
    for (const auto& [key, list] : idle_)
        for (Upstream* up : list)
            if (!up->bound_to() && up->login != Login::UnderWay &&
                now_.steady_us - up->idle_from_us > options_.limits.pool_idle_us)
                stale.push_back(up);
    for (Upstream* up : stale) close_upstream(*up, CloseHow::Gently, "idle in the pool for too long");
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
}

void Relay::close_upstream(Upstream& up, CloseHow how, const std::string& because) {
    outside_.close(up.id, how);
    forget_upstream(
        up, {ClosedBy::Us, how == CloseHow::Reset ? CloseKind::Reset : CloseKind::Fin, now_, because});
}

// The server closed it. Relay rule 2: a client whose login lived there must be able to know.
void Relay::upstream_gone(Upstream& up, Closing closing) {
    outside_.close(up.id, CloseHow::Gently);
    const bool had_login = up.login != Login::None;
    const auto whose = options_.policy.tells_client ? up.bound_to() : up.owner;
    const std::string key = up.hop.key;
    const ConnectionId id = up.id;
    forget_upstream(up, std::move(closing));
    if (!had_login || !whose) return;
    if (ClientSession* session = client(*whose)) session->login_lost(key, holds_login(*session, id));
}

bool Relay::holds_login(const ClientSession& client, ConnectionId except) const {
    return std::any_of(upstreams_.begin(), upstreams_.end(), [&](const auto& entry) {
        const Upstream& up = *entry.second;
        return up.id != except && up.login == Login::Done &&
               (up.owner == client.id() || up.private_to == client.id());
    });
}

void Relay::forget_upstream(Upstream& up, Closing closing) {
    leave_idle(up);
    if (up.connected) {
        Connection closed = *up.connection;
        closed.closing = std::move(closing);
        outside_.record(std::make_shared<const Connection>(std::move(closed)));
    }
    const auto found = upstreams_.find(up.id.number);
    ended_upstreams_.push_back(std::move(found->second));
    upstreams_.erase(found);
}

// What a client connection owned goes with it; nobody else ever gets it (relay rule 1).
void Relay::client_gone(ClientSession& session, Closing closing) {
    const ConnectionId id = session.id();
    Connection closed = session.connection();
    closed.closing = std::move(closing);
    closed.carried = session.carried();
    outside_.record(std::make_shared<const Connection>(std::move(closed)));
    const std::vector<Upstream*> resting = session.resting_;
    for (Upstream* up : resting) close_upstream(*up, CloseHow::Gently, "its client connection closed");
    const auto found = clients_.find(id.number);
    ended_clients_.push_back(std::move(found->second));
    clients_.erase(found);
}

}  // namespace why401
