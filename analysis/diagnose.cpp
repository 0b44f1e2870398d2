#include "analysis/diagnose.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <unordered_map>

#include "analysis/advice.h"
#include "analysis/binding.h"
#include "analysis/concern.h"
#include "analysis/conversation.h"
#include "analysis/history.h"
#include "analysis/judgement.h"
#include "analysis/reading.h"
#include "analysis/second_thoughts.h"
#include "analysis/substatus.h"
#include "analysis/told_once.h"
#include "analysis/verdict.h"
#include "analysis/waiting.h"
#include "analysis/withheld.h"
#include "record/item_time.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptPostures = 4'096;
constexpr std::size_t kKeptBound = 64;
constexpr std::string_view kBoundToUs = "CBT-MITM-001";
constexpr std::string_view kUnanswered[] = {"CLIENT-NOAUTH-001", "PROXY-NOAUTH-005", "KRB-ZONE-001"};

/// The CONNECT of a client connection, and the finding about its tunnel.
struct Tunnel {
    ExchangeFacts connect;
    std::uint64_t finding = 0;
};

}  // namespace

struct Diagnosis::State {
    State(Listener given, Care with)
        : care(with), listener(std::move(given)), conversations([this](const ConversationReading& reading) {
              if (listener.conversation) listener.conversation(reading);
          }) {}

    const Care care;
    Listener listener;
    Timelines timelines;
    Memory memory;
    NtlmTrails ntlm;
    SecondThoughts doubts;
    AroundLogins surroundings;
    LogTrails trails;
    WaitingRoom waiting;
    Conversations conversations;
    Summary summary;
    std::uint64_t last_finding = 0;
    std::int64_t now_us = 0;
    ToldOnce postures{kKeptPostures};
    std::unordered_map<ConnectionId, Tunnel> tunnels;  ///< of open client connections
    std::deque<ConnectionId> tunnel_order;
    std::deque<WaiterPtr> bound_to_us;  ///< said to be refused for that: until the server shows it is not so

    void take(const Exchange& exchange);
    void take(const Connection& connection);
    bool nothing_to_say(const Exchange& exchange) const;
    void examine(const Exchange& exchange);
    void pass_time(std::int64_t steady_us);
    std::uint64_t answer(Case& c);
    void served(const ExchangeFacts& facts);
    void give_up(const std::vector<WaiterPtr>& waiters, Sequel::Ending ending);
    void judge(const WaiterPtr& waiter);
    void normal(Waiter& waiter, const Rule& rule);
    void report(Waiter& waiter, const Rule& rule, Found found);
    void conclude(const Waiter& waiter, const Rule& rule, std::string_view outcome);
    void take_back(const ExchangeFacts& facts);
    std::uint64_t tell_postures(const Case& c, std::uint64_t known = 0);
    void remember_tunnel(const ExchangeFacts& connect);
    void tell_opaque(const Connection& client);
    void tell_distrust(const Connection& client);
    void reconsider(const WaiterPtr& waiter);
    std::uint64_t tell(const Case& c, const Rule& rule, FindingKind kind, Found found, std::uint64_t id);
    void count(const Waiter& waiter, std::string_view before, std::string_view after);
};

void Diagnosis::State::pass_time(std::int64_t steady_us) {
    if (steady_us > now_us) now_us = steady_us;
    give_up(waiting.expire(now_us), Sequel::Ending::TimedOut);
}

void Diagnosis::State::give_up(const std::vector<WaiterPtr>& waiters, Sequel::Ending ending) {
    for (const WaiterPtr& waiter : waiters) {
        waiter->c.sequel = {Sequel::State::GaveUp, ending, {}, {}, waiter->served};
        judge(waiter);
    }
}

/// Tells those who waited for this request; returns the conversation that goes on with it.
std::uint64_t Diagnosis::State::answer(Case& c) {
    const ExchangeFacts& facts = c.now;
    give_up(waiting.abandoned_by(facts), Sequel::Ending::StartedAnew);
    std::uint64_t continued = 0;
    for (const WaiterPtr& waiter : waiting.answered_by(facts, c.standing, timelines.client_host(facts))) {
        c.trail.goes_on_from(waiter->c.now);
        waiter->c.sequel = {Sequel::State::Answered, Sequel::Ending::None, facts.id, facts.client, {}};
        if (waiter->finding != 0) conversations.reopen(waiter->c.conversation);
        judge(waiter);
        if (waiter->c.now.space == facts.space) continued = waiter->c.conversation;
    }
    return continued;
}

/// A page was served: whoever of the same program gave up on it had no need to answer.
void Diagnosis::State::served(const ExchangeFacts& facts) {
    if (!facts.let_in() || facts.status >= 400) return;
    for (const WaiterPtr& waiter : waiting.served(facts, timelines.client_host(facts))) {
        waiter->c.sequel.served = facts.id;
        judge(waiter);
    }
}

void Diagnosis::State::take(const Exchange& exchange) {
    pass_time(exchange.timing.ended.steady_us);
    ++summary.exchanges;
    if (exchange.status == 401) ++summary.status_401;
    if (care == Care::Short && nothing_to_say(exchange)) {
        memory.after(exchange);  // all that examine() would do
    } else {
        examine(exchange);
    }
}

/// Ordinary, nobody waits for it and nobody is known where it passed.
bool Diagnosis::State::nothing_to_say(const Exchange& exchange) const {
    return is_ordinary(exchange) && !surroundings.may_concern(exchange) &&
           !waiting.may_be_awaited(exchange.request.target()) &&
           timelines.nobody_known(client_of(exchange), exchange.upstream_connection);
}

void Diagnosis::State::examine(const Exchange& exchange) {
    auto waiter = std::make_shared<Waiter>();
    Case& c = waiter->c;
    c.now = read_facts(exchange);
    c.standing = timelines.before(c.now);
    c.trail = trails.of(c.now);
    const std::uint64_t continued = answer(c);
    served(c.now);
    c.substatus = read_substatus(c.now, c.standing);
    if (c.now.own_credentials() != nullptr)
        c.same_machine = timelines.on_one_machine(c.now.client, c.now.upstream);
    if (c.now.refused() && c.now.step() == Step::Authenticate)
        c.client_serves = timelines.is_server(c.now.client);
    c.conversation = conversations.join(c.now, c.standing, continued, timelines.next_hop(c.now.upstream));
    waiter->reading = read_case(c);
    waiter->host = timelines.client_host(c.now);
    c.around = surroundings.of(c.now, waiter->program());
    waiter->deadline_us = now_us + WaitingRoom::kPatience;

    if (concerns_login(c)) {
        c.history = memory.of(c.now, c.standing);
        c.ntlm = ntlm.of(c.now, c.standing, waiter->host);
        c.ntlm.server_address = timelines.peer_host(c.now.upstream);
        judge(waiter);
    } else if (listener.exchange && !waiter->reading.says_nothing()) {
        listener.exchange(waiter->reading);
    }
    if (c.now.own_credentials() != nullptr || c.now.credentials[Space::Proxy] || concerns_surroundings(c))
        tell_postures(c);
    if (c.now.method == "CONNECT" && c.now.outcome == Outcome::Tunnelled && c.now.client)
        remember_tunnel(c.now);

    memory.after(c);
    ntlm.after(c, waiter->host);
    surroundings.after(c.now, c.standing, waiter->program());
    trails.after(c.now);
    take_back(c.now);
    timelines.after(c.now, c.standing, c.conversation);
}

void Diagnosis::State::take(const Connection& connection) {
    pass_time(connection.closing ? connection.closing->at.steady_us : connection.opened.steady_us);
    timelines.take(connection);
    if (connection.id.leg != Leg::Client) return;
    if (connection.tunnel) tell_opaque(connection);
    if (!connection.closing) return;
    tell_distrust(connection);
    give_up(waiting.left_by(connection.id), Sequel::Ending::ClientClosed);
}

void Diagnosis::State::judge(const WaiterPtr& waiter) {
    waiter->c.around.told = surroundings.told(waiter->c.now, waiter->program());
    waiter->c.trail.after = trails.served_since(waiter->c.now);
    const auto consider = [&] {
        if (waiter->c.gave_up()) waiter->c.ntlm.unanswered = ntlm.left_lying(waiter->c.now, waiter->host);
        return ask(waiter->c);
    };
    Judgement judgement = consider();
    if (judgement.waiting && waiter->c.now.client && timelines.is_closed(*waiter->c.now.client) &&
        !waiter->c.now.forwarded_response_closes) {
        waiter->c.sequel = {Sequel::State::GaveUp, Sequel::Ending::ClientClosed, {}, {}, waiter->served};
        waiting.admit(waiter);  // it may still come back on another connection
        judgement = consider();
    } else if (judgement.waiting) {
        waiting.admit(waiter);
    }
    const std::string before = waiter->reading.finding;
    if (judgement.found && judgement.rule->normal()) {
        normal(*waiter, *judgement.rule);
    } else if (judgement.found) {
        report(*waiter, *judgement.rule, std::move(*judgement.found));
    } else if (!judgement.waiting && waiter->c.logs_in() && !waiter->c.now.refused()) {
        if (waiter->c.now.step() != Step::Negotiate)
            conversations.conclude(waiter->c.conversation,
                                   waiter->c.now.let_in() ? "authenticated" : "broken", "");
    }
    if (judgement.found && std::find(std::begin(kUnanswered), std::end(kUnanswered),
                                     judgement.rule->text.id) != std::end(kUnanswered))
        surroundings.tell_unanswered(waiter->c.now, waiter->program());
    if (judgement.found && judgement.rule->text.id == kBoundToUs) {
        bound_to_us.push_back(waiter);
        if (bound_to_us.size() > kKeptBound) bound_to_us.pop_front();
    }
    count(*waiter, before, waiter->reading.finding);
    if (listener.exchange) listener.exchange(waiter->reading);
    reconsider(waiter);
}

/// What was just judged may throw another light on what was said before.
void Diagnosis::State::reconsider(const WaiterPtr& waiter) {
    ntlm.judged(waiter->c, waiter->host);
    for (const WaiterPtr& doubted : doubts.stirred_by(waiter->c, waiter->reading.finding)) judge(doubted);
    doubts.keep(waiter);
}

void Diagnosis::State::normal(Waiter& waiter, const Rule& rule) {
    if (waiter.finding != 0 && listener.withdrawn) listener.withdrawn(waiter.finding);
    waiter.finding = 0;
    waiter.reading.finding = rule.text.id;
    if (waiter.c.logs_in() && waiter.c.now.let_in())
        conversations.conclude(waiter.c.conversation, "authenticated", rule.text.id);
}

void Diagnosis::State::report(Waiter& waiter, const Rule& rule, Found found) {
    const std::string_view outcome = found.outcome;
    waiter.reading.finding = rule.text.id;
    if (!waiter.c.now.refused() && waiter.c.now.let_in() && waiter.c.standing.server)
        waiter.reading.identity = named(waiter.c.standing.server->identity);
    waiter.finding = tell(waiter.c, rule, rule.text.kind, std::move(found), waiter.finding);
    conclude(waiter, rule, outcome);
}

/// A server that accepts a login bound to this proxy does not check: its refusals had another reason.
void Diagnosis::State::take_back(const ExchangeFacts& facts) {
    if (bound_to_us.empty()) return;
    const Leniency lenient = memory.leniency(facts);
    if (lenient.ours != facts.id && lenient.ticket != facts.id) return;
    std::deque<WaiterPtr> doubted;
    doubted.swap(bound_to_us);
    for (const WaiterPtr& waiter : doubted) {
        if (waiter->c.now.origin != facts.origin) {
            bound_to_us.push_back(waiter);
            continue;
        }
        waiter->c.history.lenient = lenient;
        judge(waiter);
    }
}

void Diagnosis::State::conclude(const Waiter& waiter, const Rule& rule, std::string_view outcome) {
    if (outcome.empty()) return;
    if (waiter.c.now.let_in()) outcome = "authenticated";
    if (waiter.c.gave_up() && outcome == "refused")
        outcome = waiter.c.sequel.ending == Sequel::Ending::RecordEnded ? "unfinished" : "abandoned";
    conversations.conclude(waiter.c.conversation, outcome, rule.text.id);
}

std::uint64_t Diagnosis::State::tell(const Case& c, const Rule& rule, FindingKind kind, Found found,
                                     std::uint64_t id) {
    Finding finding;
    finding.id = id != 0 ? id : ++last_finding;
    finding.rule = rule.text.id;
    finding.kind = kind;
    finding.severity = found.severity.value_or(rule.text.severity);
    finding.confidence = found.confidence;
    finding.culprit = found.culprit;
    finding.title = rule.text.title;
    finding.because = std::move(found.because);
    finding.exchange = c.now.id;
    finding.conversation = c.conversation;
    if (finding.conversation == 0 && c.standing.server)
        finding.conversation = c.standing.server->conversation;
    finding.evidence = std::move(found.evidence);
    finding.ruled_out = std::move(found.ruled_out);
    finding.not_visible = std::move(found.not_visible);
    say_what_is_hidden(c, finding.not_visible);
    finding.consequence = std::move(found.consequence);
    finding.fix = std::move(found.first_fix);
    add_advice(c, finding);
    finding.fix.insert(finding.fix.end(), rule.text.fix.begin(), rule.text.fix.end());
    for (const Source& source : rule.text.sources)
        finding.sources.push_back(std::string(source.title) +
                                  (source.url.empty() ? "" : " <" + std::string(source.url) + ">"));
    if (listener.finding) listener.finding(finding);
    return finding.id;
}

void Diagnosis::State::remember_tunnel(const ExchangeFacts& connect) {
    if (tunnels.insert_or_assign(*connect.client, Tunnel{connect, 0}).second)
        tunnel_order.push_back(*connect.client);
    if (tunnel_order.size() > kKeptPostures) {
        tunnels.erase(tunnel_order.front());
        tunnel_order.pop_front();
    }
}

/// Whether a tunnel is read or not shows only after its CONNECT was answered; what it carried, at its end.
void Diagnosis::State::tell_opaque(const Connection& client) {
    const auto at = tunnels.find(client.id);
    if (at == tunnels.end()) return;
    if (client.tls && !client.tls->version.empty()) return;  // opened: what it became inside is recorded
    Tunnel& tunnel = at->second;
    if (tunnel.finding != 0 && !client.tls && !client.carried) return;
    Case c;
    c.now = tunnel.connect;
    c.standing.client_tls = client.tls;
    c.opaque_tunnel = true;
    c.carried = client.carried;
    tunnel.finding = tell_postures(c, tunnel.finding);
}

/// The client did not like the certificate that it was shown, and left: the CONNECT is what came of it.
void Diagnosis::State::tell_distrust(const Connection& client) {
    const auto at = tunnels.find(client.id);
    if (at == tunnels.end() || !client.tls || !client.tls->refusal) return;
    auto waiter = std::make_shared<Waiter>();
    waiter->c.now = at->second.connect;
    waiter->c.standing.client_tls = client.tls;
    waiter->reading = read_case(waiter->c);
    judge(waiter);
}

/// `known`: the finding that is told again, 0 for none. Returns the last one that was told.
std::uint64_t Diagnosis::State::tell_postures(const Case& c, std::uint64_t known) {
    std::uint64_t told = known;
    for (const Rule* rule : rules_in_order()) {
        const auto check = rule->text.kind == FindingKind::Posture ? rule->check : rule->beside;
        if (check == nullptr) continue;
        Verdict verdict = check(c);
        auto* found = std::get_if<Found>(&verdict);
        if (found == nullptr) continue;
        if (known != 0) {
            tell(c, *rule, FindingKind::Posture, std::move(*found), known);
            continue;
        }
        if (postures.first(std::string(rule->text.id) + " " + c.now.origin + " " + std::string(c.now.user())))
            told = tell(c, *rule, FindingKind::Posture, std::move(*found), 0);
    }
    return told;
}

void Diagnosis::State::count(const Waiter& waiter, std::string_view before, std::string_view after) {
    if (waiter.c.now.status != 401) return;
    const auto counter = [&](std::string_view rule) -> std::uint64_t& {
        if (rule.starts_with("NORM-")) return summary.normal_401;
        return rule == "UNKNOWN-401" ? summary.unexplained_401 : summary.explained_401;
    };
    if (!before.empty()) --counter(before);
    if (!after.empty()) ++counter(after);
}

Diagnosis::Diagnosis(Listener listener, Care care)
    : state_(std::make_unique<State>(std::move(listener), care)) {}
Diagnosis::~Diagnosis() = default;

void Diagnosis::add(const Exchange& exchange) { state_->take(exchange); }
void Diagnosis::add(const Connection& connection) { state_->take(connection); }

void Diagnosis::add(const RecordItem& item) {
    if (const auto* exchange = std::get_if<Exchange>(&item))
        add(*exchange);
    else if (const auto* connection = std::get_if<Connection>(&item))
        add(*connection);
    else
        state_->pass_time(time_of(item).steady_us);
}

void Diagnosis::finish() { state_->give_up(state_->waiting.everybody(), Sequel::Ending::RecordEnded); }

Summary Diagnosis::summary() const {
    Summary summary = state_->summary;
    summary.conversations = state_->conversations.count();
    return summary;
}

std::size_t Diagnosis::held() const {
    return state_->timelines.held() + state_->memory.held() + state_->surroundings.held() +
           state_->waiting.held() + state_->conversations.held() + state_->postures.held() +
           state_->bound_to_us.size() + state_->ntlm.held() + state_->doubts.held() + state_->trails.held();
}

}  // namespace why401
