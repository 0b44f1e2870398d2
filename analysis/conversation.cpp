#include "analysis/conversation.h"

namespace why401 {
namespace {

constexpr std::size_t kKept = 8'192;
constexpr std::size_t kLongest = 16;  // exchanges; a client that asks on and on begins a new one

std::string key_of(const ExchangeFacts& facts) {
    std::string client = facts.client ? to_string(*facts.client) : "? " + facts.user_agent;
    if (facts.from_log_alone()) client += " " + facts.log->client_ip;
    const bool proxy = facts.space == Space::Proxy;
    return client + (proxy ? " proxy" : " " + facts.origin);
}

/// NTLM inside Negotiate is told as the client told it: by the name of the scheme.
std::string scheme_of(const ExchangeFacts& facts) {
    if (facts.own_credentials() != nullptr) return facts.own_credentials()->view.scheme;
    return facts.challenges().any() ? facts.challenges().schemes.front() : std::string();
}

}  // namespace

Conversations::Conversation* Conversations::find(std::uint64_t id) {
    const auto at = known_.find(id);
    return at == known_.end() ? nullptr : &at->second;
}

Conversations::Conversation& Conversations::open(const ExchangeFacts& facts, std::string key,
                                                 const std::string& next_hop) {
    const std::uint64_t id = ++last_id_;
    Conversation& fresh = known_[id];
    fresh.reading.id = id;
    fresh.reading.origin = facts.origin;
    if (facts.space == Space::Proxy) fresh.reading.origin = next_hop.empty() ? "proxy" : "proxy " + next_hop;
    fresh.reading.outcome = "unfinished";
    fresh.key = std::move(key);
    current_[fresh.key] = id;
    order_.push_back(id);
    if (order_.size() > kKept) {
        if (const Conversation* old = find(order_.front())) {
            const auto at = current_.find(old->key);
            if (at != current_.end() && at->second == order_.front()) current_.erase(at);
            known_.erase(order_.front());
        }
        order_.pop_front();
    }
    return fresh;
}

bool Conversations::begins_anew(const Conversation& current, const ExchangeFacts& facts) {
    const Step step = facts.step();
    const bool same_again = step == Step::Single || step == Step::ApReq;
    if (current.finished) {
        // Credentials that come with every request are one login, told once.
        return !(same_again && current.reading.outcome == "authenticated" && !facts.refused() &&
                 current.reading.identity == facts.user());
    }
    if (current.reading.exchanges.size() >= kLongest) return true;
    if (step == Step::Negotiate) return current.last == Step::Negotiate || current.last == Step::Authenticate;
    if (step == Step::None) return current.last != Step::None;
    return false;
}

std::uint64_t Conversations::join(const ExchangeFacts& facts, const Standing& standing,
                                  std::uint64_t continued, const std::string& next_hop) {
    const bool in_log = facts.from_log_alone();
    if (!facts.refused() && facts.own_credentials() == nullptr && !(in_log && continued != 0)) return 0;
    if (facts.answered_by_us && facts.refused()) return 0;

    const std::string key = key_of(facts);
    if (standing.answered) continued = standing.answered->challenge.conversation;
    Conversation* conversation = find(continued);
    if (conversation == nullptr || conversation->finished) {
        const auto at = current_.find(key);
        conversation = at == current_.end() ? nullptr : find(at->second);
        // In a log, a row belongs to another where the two were paired, and nowhere else.
        if (conversation == nullptr || in_log || begins_anew(*conversation, facts))
            conversation = &open(facts, key, next_hop);
    } else {
        current_[key] = conversation->reading.id;
    }

    ConversationReading& reading = conversation->reading;
    if (conversation->finished) return reading.id;
    reading.exchanges.push_back(facts.id);
    reading.scheme = scheme_of(facts);
    if (!facts.user().empty()) reading.identity = std::string(facts.user());
    conversation->last = facts.step();
    if (heard_) heard_(reading);
    return reading.id;
}

void Conversations::conclude(std::uint64_t id, std::string_view outcome, std::string_view verdict) {
    Conversation* conversation = find(id);
    if (conversation == nullptr) return;
    conversation->finished = true;
    if (conversation->reading.outcome == outcome && conversation->reading.verdict == verdict) return;
    conversation->reading.outcome = outcome;
    conversation->reading.verdict = verdict;
    if (heard_) heard_(conversation->reading);
}

void Conversations::reopen(std::uint64_t id) {
    Conversation* conversation = find(id);
    if (conversation == nullptr || !conversation->finished) return;
    conversation->finished = false;
    conversation->reading.outcome = "unfinished";
    conversation->reading.verdict.clear();
    if (heard_) heard_(conversation->reading);
}

}  // namespace why401
