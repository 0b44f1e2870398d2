#include "analysis/log_trail.h"

#include <algorithm>
#include <functional>

#include "analysis/stated.h"
#include "wire/printable.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptClients = 8'192;
constexpr std::size_t kKeptServers = 256;
constexpr std::size_t kKeptLockedOut = 8;
constexpr std::int64_t kMinute = 60'000'000;

std::string client_key(const ExchangeFacts& facts) {
    return facts.origin + " " + facts.log->client_ip + " " + facts.user_agent;
}

/// Who asks, in a log or on a connection.
std::size_t asker(const ExchangeFacts& facts) {
    std::string who = facts.from_log_alone() ? facts.log->client_ip : std::string();
    if (facts.client) who += to_string(*facts.client);
    return std::hash<std::string>{}(who + " " + std::string(facts.user()));
}

LogLeg leg_of_401(const ExchangeFacts& facts) {
    const std::uint32_t code = log_code(facts);
    if (facts.request_seen)  // a trace with the credentials
        return facts.step() == Step::Negotiate && code == kNoCredentials ? LogLeg::Challenge
                                                                         : LogLeg::Refusal;
    if (!facts.log->user.empty()) return LogLeg::Refusal;
    const int substatus = facts.log->substatus ? *facts.log->substatus : -1;
    if (substatus == 1 || substatus == -1) {
        if (code == kNoCredentials || (substatus == 1 && code == 0)) return LogLeg::Challenge;
        return substatus == -1 && (code == 5 || code == 0) ? LogLeg::Anonymous : LogLeg::Refusal;
    }
    return substatus > 500 ? LogLeg::Refusal : LogLeg::Anonymous;
}

}  // namespace

std::uint32_t log_code(const ExchangeFacts& facts) {
    return facts.log ? plain_code(facts.log->win32.value_or(0)) : 0;
}

LogLeg log_leg(const ExchangeFacts& facts) {
    if (!facts.log || facts.response_seen || facts.log->source == LogLine::Source::HttpErr)
        return LogLeg::None;
    if (facts.status == 401) return leg_of_401(facts);
    return facts.let_in() || facts.status >= 500 ? LogLeg::Served : LogLeg::None;
}

std::string log_client(const ExchangeFacts& facts) {
    std::string text =
        facts.log->client_ip.empty() ? "an unnamed address" : printable(facts.log->client_ip, 60);
    if (!facts.user_agent.empty()) text += " (" + printable(facts.user_agent, 80) + ")";
    return text;
}

std::string log_row(const ExchangeFacts& facts) {
    std::string text = "exchange " + std::to_string(number(facts.id)) + " (";
    text += facts.log->source == LogLine::Source::Freb
                ? std::string("the trace")
                : "line " + std::to_string(facts.log->line) + " of the log";
    text += ": " + std::to_string(facts.status);
    if (facts.log->substatus) text += "." + std::to_string(*facts.log->substatus);
    if (facts.log->win32.value_or(0) != 0) text += ", code " + std::to_string(*facts.log->win32);
    return text + ")";
}

void LogTrail::goes_on_from(const ExchangeFacts& row) {
    if (log_leg(row) == LogLeg::Challenge) challenge = row.id;
    if (log_leg(row) == LogLeg::Anonymous) asked = row.id;
}

LogTrail LogTrails::of(const ExchangeFacts& facts) const {
    LogTrail trail;
    if (const auto server = servers_.find(facts.origin); server != servers_.end()) {
        const auto& others = server->second.locked_out;
        const bool known = std::find(others.begin(), others.end(), asker(facts)) != others.end();
        trail.locked_out = others.size() + (known ? 0 : 1);
        trail.server_was_busy = server->second.answered_us != 0 &&
                                facts.timing.started.steady_us - server->second.answered_us < kMinute;
    }
    if (!facts.from_log_alone()) return trail;
    const auto client = clients_.find(client_key(facts));
    if (client != clients_.end() && facts.timing.ended.steady_us - client->second.at_us <= kMinute)
        trail.before = client->second;
    return trail;
}

std::optional<ServedRow> LogTrails::served_since(const ExchangeFacts& facts) const {
    if (!facts.from_log_alone()) return std::nullopt;
    const auto client = clients_.find(client_key(facts));
    if (client == clients_.end() || number(client->second.exchange) <= number(facts.id)) return std::nullopt;
    return client->second;
}

void LogTrails::after(const ExchangeFacts& facts) {
    const auto stated = stated_code(facts);
    const bool locked_out = facts.refused() && stated && plain_code(stated->code) == kInvalidWorkstation;
    if (locked_out || facts.from_log_alone()) {
        if (servers_.size() >= kKeptServers && !servers_.contains(facts.origin)) servers_.clear();
        Server& server = servers_[facts.origin];
        if (facts.let_in()) server.answered_us = facts.timing.ended.steady_us;
        auto& others = server.locked_out;
        const std::size_t who = asker(facts);
        if (locked_out && others.size() < kKeptLockedOut &&
            std::find(others.begin(), others.end(), who) == others.end())
            others.push_back(who);
    }
    if (log_leg(facts) != LogLeg::Served || !facts.from_log_alone() || facts.log->user.empty()) return;
    const auto [at, added] = clients_.insert_or_assign(
        client_key(facts), ServedRow{facts.id, facts.log->user, facts.timing.ended.steady_us});
    if (!added) return;
    order_.push_back(at->first);
    if (order_.size() > kKeptClients) {
        clients_.erase(order_.front());
        order_.pop_front();
    }
}

}  // namespace why401
