// The relay's upstream connections: choosing, opening, resting, losing them.

#include <algorithm>
#include <utility>

#include "proxy/machine/client_session.h"
#include "proxy/machine/relay.h"

namespace why401 {

PoolDecision Relay::decide(const Asker& asker, const NextHop& hop) {
    std::vector<IdleUpstream> idle;
    if (const auto found = idle_.find(hop.key); found != idle_.end())
        for (const Upstream* up : found->second)
            idle.push_back({up->id, up->owner, up->private_to, up->last_client, up->login_from_earlier_policy,
                            up->idle_since});
    return choose_upstream(options_.policy, asker, idle, memory_);
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
    Upstream& opened = *up;
    upstreams_.emplace(opened.id.number, std::move(up));
    outside_.open(opened.id, hop);
    return opened;
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
    if (!may_rest(up, client)) return close_upstream(up, CloseHow::Gently, "not used any more");
    up.input = {};
    up.parser.reset();
    make_idle(up);
}

void Relay::make_idle(Upstream& up) {
    up.idle_since = ++idle_counter_;
    up.idle_from_us = now_.steady_us;
    idle_[up.hop.key].push_back(&up);
}

void Relay::leave_idle(Upstream& up) {
    const auto found = idle_.find(up.hop.key);
    if (found == idle_.end()) return;
    std::erase(found->second, &up);
    if (found->second.empty()) idle_.erase(found);
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
    const auto whose = up.private_to ? up.private_to : up.owner;
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
    if (up.connected) outside_.record(ConnectionClosed{up.id, std::move(closing)});
    const auto found = upstreams_.find(up.id.number);
    ended_upstreams_.push_back(std::move(found->second));
    upstreams_.erase(found);
}

// What a client connection owned goes with it; nobody else ever gets it (relay rule 1).
void Relay::client_gone(ClientSession& session, Closing closing) {
    const ConnectionId id = session.id();
    outside_.record(ConnectionClosed{id, std::move(closing)});
    std::vector<Upstream*> owned;
    for (const auto& [key, list] : idle_)
        for (Upstream* up : list)
            if (up->owner == id || up->private_to == id) owned.push_back(up);
    for (Upstream* up : owned) close_upstream(*up, CloseHow::Gently, "its client connection closed");
    const auto found = clients_.find(id.number);
    ended_clients_.push_back(std::move(found->second));
    clients_.erase(found);
}

}  // namespace why401
