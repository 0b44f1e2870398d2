#include "analysis/timeline.h"

#include <algorithm>

#include "analysis/keep_alive.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptConnections = 65'536;
constexpr std::size_t kKeptClosed = 2'048;
constexpr std::size_t kKeptChallenges = 256;
constexpr std::size_t kKeptOrigins = 64;  // that one connection remembers

bool injected_in(const std::vector<std::string>& injected, std::string_view name) {
    return std::any_of(injected.begin(), injected.end(), [&](const std::string& entry) {
        return std::string_view(entry).substr(0, entry.find(':')) == name;
    });
}

/// "127.0.0.1" of "127.0.0.1:80".
std::string_view address_part(std::string_view address) { return address.substr(0, address.rfind(':')); }

bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "[::1]"; }

}  // namespace

bool IssuedChallenge::was_injected(std::string_view name) const { return injected_in(injected, name); }

Timelines::State& Timelines::state(const ConnectionId& id) {
    const auto [at, added] = states_.try_emplace(id);
    if (added) {
        order_.push_back(id);
        forget_oldest();
    }
    return at->second;
}

void Timelines::forget_oldest() {
    while (states_.size() > kKeptConnections && !order_.empty()) {
        states_.erase(order_.front());
        order_.pop_front();
    }
    // Connections that closed long ago are gone from the map but not from the order: drop them now and then.
    if (order_.size() > 2 * kKeptConnections)
        std::erase_if(order_, [&](const ConnectionId& id) { return !states_.contains(id); });
}

const Timelines::State* Timelines::find(const std::optional<ConnectionId>& id) const {
    if (!id) return nullptr;
    const auto at = states_.find(*id);
    return at == states_.end() ? nullptr : &at->second;
}

void Timelines::take(const Connection& connection) {
    State& known = state(connection.id);
    known.peer = connection.peer;
    known.next_hop = connection.origin;
    known.local = !connection.peer.empty() && address_part(connection.peer) == address_part(connection.local);
    if (connection.tls) known.tls = connection.tls;
    if (!connection.closing || known.closing) return;
    known.closing = std::make_shared<const Closing>(*connection.closing);
    closed_.push_back(connection.id);
    if (closed_.size() > kKeptClosed) {
        states_.erase(closed_.front());
        closed_.pop_front();
    }
}

const Timelines::ClientOrigin* Timelines::client_login(const ExchangeFacts& facts, Space space) const {
    const State* client = find(facts.client);
    if (client == nullptr) return nullptr;
    for (const ClientOrigin& login : client->logins)
        if (login.space == space && (space == Space::Proxy || login.origin == facts.origin)) return &login;
    return nullptr;
}

const Timelines::FarEnd* Timelines::find_far_end(const ExchangeFacts& facts, Space space) const {
    const State* upstream = find(facts.upstream);
    if (upstream == nullptr) return nullptr;
    const std::string_view origin = space == Space::Proxy ? std::string_view() : facts.origin;
    for (const FarEnd& end : upstream->far_ends)
        if (end.origin == origin) return &end;
    return nullptr;
}

/// Of an exchange that has an upstream connection.
Timelines::FarEnd& Timelines::far_end(const ExchangeFacts& facts, Space space) {
    std::vector<FarEnd>& ends = state(*facts.upstream).far_ends;
    const std::string_view origin = space == Space::Proxy ? std::string_view() : facts.origin;
    for (FarEnd& end : ends)
        if (end.origin == origin) return end;
    if (ends.size() >= kKeptOrigins) ends.erase(ends.begin());
    ends.push_back({std::string(origin), {}, {}, {}, {}, {}});
    return ends.back();
}

/// The CHALLENGE that this AUTHENTICATE answers. The copy of the server's target info inside an NTLMv2
/// response decides; where it cannot, the order of messages on one connection does.
AnsweredChallenge Timelines::match(const ExchangeFacts& facts) const {
    const auto* reply = facts.own_credentials()->view.authenticate();
    const IssuedChallenge* best = nullptr;
    int best_rank = 0;
    for (auto at = issued_.rbegin(); at != issued_.rend(); ++at) {
        const IssuedChallenge& issued = **at;
        if (issued.space != facts.space) continue;
        if (facts.space == Space::Origin && issued.origin != facts.origin) continue;
        const ntlm::Answer answer =
            reply != nullptr ? ntlm::answers(*reply, issued.message) : ntlm::Answer::CannotTell;
        if (answer == ntlm::Answer::No) continue;
        // Answered before: it is meant once more only by its own answer, sent again to where it never came
        // from.
        const bool again = issued.answered_by.has_value();
        const bool elsewhere = facts.upstream && issued.upstream && issued.upstream != facts.upstream;
        if (again && (answer != ntlm::Answer::Yes || !elsewhere)) continue;
        const bool same_client = facts.client && issued.client == facts.client;
        const bool same_upstream = facts.upstream && issued.upstream == facts.upstream;
        // Without a fingerprint only a CHALLENGE that passed on one of its connections can be meant.
        if (answer == ntlm::Answer::CannotTell && !same_client && !same_upstream) continue;
        const int rank = (answer == ntlm::Answer::Yes && !again ? 8 : 0) + (same_client ? 4 : 0) +
                         (same_upstream ? 2 : 0) + 1;
        if (rank > best_rank) {
            best_rank = rank;
            best = &issued;
        }
    }
    if (best == nullptr) return {};
    AnsweredChallenge found{*best,
                            best_rank > 8 || best->answered_by ? MatchedBy::Fingerprint : MatchedBy::Order,
                            closing(best->upstream)};
    return found;
}

Standing Timelines::before(const ExchangeFacts& facts) const {
    Standing standing;
    if (const State* client = find(facts.client)) standing.client_tls = client->tls;
    if (const State* upstream = find(facts.upstream)) standing.upstream_tls = upstream->tls;
    if (const ClientOrigin* login = client_login(facts, facts.space)) {
        standing.client = login->login;
        standing.client->upstream_closing = closing(login->login.upstream);
    }
    const FarEnd* end = find_far_end(facts, facts.space);
    if (end != nullptr) {
        standing.server = end->login;
        if (end->under_way) standing.under_way = *end->under_way;
        if (standing.client && standing.client->upstream == facts.upstream && end->newest &&
            end->newest->client != facts.client)
            standing.client->followed_by = end->newest;
    }
    if (facts.step() == Step::Authenticate) {
        AnsweredChallenge answered = match(facts);
        if (answered.by != MatchedBy::Nothing) standing.answered = std::move(answered);
    }
    if (end != nullptr && standing.answered) {
        const std::string here = standing.answered->challenge.message.computer();
        if (!here.empty() && !end->computer.empty() && end->computer != here) {
            standing.other_computer = end->computer;
            standing.other_computer_by = end->computer_by;
        }
    }
    return standing;
}

void Timelines::issue(const ExchangeFacts& facts, Space space, std::uint64_t conversation) {
    auto issued = std::make_shared<IssuedChallenge>(challenge_leg(facts, space));
    issued->conversation = conversation;
    if (facts.upstream) {
        FarEnd& end = far_end(facts, space);
        end.under_way = issued;
        end.login.reset();  // a NEGOTIATE restarts the login of its connection, as on IIS
    }
    issued_.push_back(std::move(issued));
    if (issued_.size() > kKeptChallenges) issued_.pop_front();
}

/// Notes a request that came while somebody's CHALLENGE on that connection was waiting for its answer.
void Timelines::interpose(const ExchangeFacts& facts, const Standing& standing) {
    if (!facts.upstream || facts.answered_by_us) return;
    const FarEnd* end = find_far_end(facts, facts.space);
    if (end == nullptr || !end->under_way) return;
    const auto& waiting = end->under_way;
    if (standing.answered && standing.answered->challenge.exchange == waiting->exchange) return;
    if (!waiting->interposed) waiting->interposed = Interposed{facts.id, facts.client, facts.step()};
}

void Timelines::log_in(const ExchangeFacts& facts, Space space, std::uint64_t conversation) {
    const CredentialFacts& credentials = *facts.credentials[space];
    const std::string& user = credentials.view.user;
    if (facts.upstream) {
        ServerLogin login;
        login.identity = user;
        login.by = facts.id;
        login.client = facts.client;
        login.conversation = conversation;
        login.place = credentials.place;
        login.per_request = credentials.view.step != Step::Authenticate;
        login.via_added = facts.via_added;
        login.via_received = facts.via_received;
        login.persistent_auth = facts.persistent_auth;
        far_end(facts, space).login = std::move(login);
    }
    if (!facts.client || credentials.view.step != Step::Authenticate) return;
    State& client = state(*facts.client);
    std::erase_if(client.logins, [&](const ClientOrigin& old) {
        return old.space == space && (space == Space::Proxy || old.origin == facts.origin);
    });
    if (client.logins.size() >= kKeptOrigins) client.logins.erase(client.logins.begin());
    client.logins.push_back(
        {facts.origin,
         space,
         {user, facts.id, facts.upstream, conversation, credentials.place, std::nullopt, std::nullopt}});
}

void Timelines::after_space(const ExchangeFacts& facts, const Standing& standing, Space space,
                            std::uint64_t conversation) {
    const Step step = facts.credentials[space] ? facts.credentials[space]->view.step : Step::None;
    const bool refused_here = facts.status == (space == Space::Origin ? 401 : 407);
    // A 401 that came through a proxy means that the proxy was content. A server error after a handshake that
    // was whole is the application's, not the login's.
    const bool whole = standing.answered && standing.answered->challenge.upstream == facts.upstream &&
                       !standing.answered->challenge.interposed;
    const bool accepted = facts.let_in() || (facts.status == 401 && space == Space::Proxy) ||
                          (facts.status >= 500 && !facts.answered_by_us && whole);
    if (step == Step::Negotiate && facts.client) {
        // The client starts again: whatever it believed is over.
        std::erase_if(state(*facts.client).logins, [&](const ClientOrigin& old) {
            return old.space == space && (space == Space::Proxy || old.origin == facts.origin);
        });
    }
    const bool bound = step == Step::Negotiate || step == Step::Authenticate ||
                       (step == Step::ApReq && facts.credentials[space]->view.connection_based());
    if (bound && facts.upstream && !facts.answered_by_us)
        far_end(facts, space).newest =
            LoginMessage{facts.id, facts.client, step, facts.credentials[space]->place};
    if (refused_here && facts.received[space].ntlm) {
        issue(facts, space, conversation);
    } else if (step == Step::Authenticate ||
               (step == Step::ApReq && facts.credentials[space]->view.connection_based())) {
        if (accepted)
            log_in(facts, space, conversation);
        else if (facts.upstream)
            far_end(facts, space).login.reset();
    } else if (step == Step::None && find_far_end(facts, space) != nullptr) {
        auto& login = far_end(facts, space).login;
        if (login && accepted) ++login->served;
        if (login && refused_here) login->doubted = true;
    }
}

void Timelines::after(const ExchangeFacts& facts, const Standing& standing, std::uint64_t conversation) {
    interpose(facts, standing);
    if (standing.answered) {
        for (auto& issued : issued_)
            if (issued->exchange == standing.answered->challenge.exchange) issued->answered_by = facts.id;
    }
    if (facts.upstream && facts.step() == Step::Authenticate) {
        // Right or wrong, an AUTHENTICATE uses up what the server had in hand on its connection.
        auto& waiting = far_end(facts, facts.space).under_way;
        if (waiting && standing.answered && standing.answered->challenge.exchange == waiting->exchange)
            waiting.reset();
    }
    for (const Space space : {Space::Origin, Space::Proxy}) after_space(facts, standing, space, conversation);
    if (facts.upstream && facts.challenges().ntlm) {
        FarEnd& end = far_end(facts, facts.space);
        const std::string computer = facts.challenges().ntlm->computer();
        if (!computer.empty() && end.computer.empty()) {
            end.computer = computer;
            end.computer_by = facts.id;
        }
    }
}

std::string Timelines::client_host(const ExchangeFacts& facts) const {
    return facts.from_log_alone() ? facts.log->client_ip : peer_host(facts.client);
}

std::string Timelines::peer_host(const std::optional<ConnectionId>& id) const {
    const State* known = find(id);
    return known == nullptr ? std::string() : known->peer.substr(0, known->peer.rfind(':'));
}

std::string Timelines::next_hop(const std::optional<ConnectionId>& id) const {
    const State* upstream = find(id);
    return upstream == nullptr ? std::string() : upstream->next_hop;
}

bool Timelines::on_one_machine(const std::optional<ConnectionId>& client,
                               const std::optional<ConnectionId>& upstream) const {
    const State* here = find(client);
    const State* there = find(upstream);
    return here != nullptr && there != nullptr && here->local && there->local;
}

bool Timelines::is_server(const std::optional<ConnectionId>& client) const {
    const std::string host = peer_host(client);
    if (host.empty() || is_loopback(host)) return false;
    return std::any_of(states_.begin(), states_.end(), [&](const auto& known) {
        return known.first.leg == Leg::Upstream && address_part(known.second.peer) == host;
    });
}

bool Timelines::is_closed(const ConnectionId& id) const {
    const State* known = find(id);
    return known != nullptr && known->closing != nullptr;
}

bool Timelines::nobody_known(const std::optional<ConnectionId>& client,
                             const std::optional<ConnectionId>& upstream) const {
    const State* here = find(client);
    const State* there = find(upstream);
    return (here == nullptr || here->logins.empty()) && (there == nullptr || there->far_ends.empty());
}

std::optional<Closing> Timelines::closing(const std::optional<ConnectionId>& id) const {
    const State* known = find(id);
    return known == nullptr || !known->closing ? std::nullopt : std::optional(*known->closing);
}

std::size_t Timelines::held() const {
    return states_.size() + order_.size() + closed_.size() + issued_.size();
}

}  // namespace why401
