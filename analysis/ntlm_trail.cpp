#include "analysis/ntlm_trail.h"

#include <algorithm>

#include "analysis/case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptUsers = 8;
constexpr std::size_t kKeptUnanswered = 8;
constexpr std::size_t kKeptChallenges = 256;
constexpr std::int64_t kMinute = 60'000'000;

std::string door_of(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? std::string("proxy") : facts.origin;
}

std::string program_of(const ExchangeFacts& facts, const std::string& host) {
    return door_of(facts) + " " + host + " " + facts.user_agent;
}

std::size_t hash_of(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    return std::hash<std::string>{}(lowered);
}

std::size_t page_of(const ExchangeFacts& facts) { return hash_of(facts.method + " " + facts.url); }

/// "CONTOSO" of "CONTOSO\alice"; of a name without a domain, nothing.
std::string_view domain_in(std::string_view user) {
    const std::size_t slash = user.find('\\');
    return slash == std::string_view::npos ? std::string_view() : user.substr(0, slash);
}

template <class T>
void push(std::vector<T>& list, T item, std::size_t limit) {
    if (list.size() >= limit) list.erase(list.begin());
    list.push_back(std::move(item));
}

/// A whole login that the server turned away.
bool turned_away(const Case& c) {
    return c.now.refused() && c.now.step() == Step::Authenticate && !c.now.challenges().ntlm && !c.split() &&
           !c.recognised() && !c.now.user().empty();
}

}  // namespace

NtlmTrail NtlmTrails::of(const ExchangeFacts& facts, const Standing& standing,
                         const std::string& host) const {
    NtlmTrail trail;
    trail.client_address = host;
    if (standing.answered) {
        for (const Seen& seen : challenges_)
            if (seen.exchange == standing.answered->challenge.exchange) trail.repeats = seen.repeats;
    }
    if (facts.client) {
        const OnConnection* here = connections_.find(to_string(*facts.client));
        if (here != nullptr && here->door == door_of(facts)) {
            if (here->page == page_of(facts)) trail.upload = here->upload;
            trail.logins_in_row =
                here->logins_in_row + (facts.step() == Step::Authenticate && facts.let_in() ? 1 : 0);
        }
    }
    const Door* door = doors_.find(door_of(facts));
    if (door == nullptr) return trail;
    trail.worked = door->worked;
    const std::size_t domain = hash_of(domain_in(facts.user()));
    trail.domain_known = std::find(door->domains.begin(), door->domains.end(), domain) != door->domains.end();
    trail.all_were_good = true;
    for (const Refusal& refusal : door->refusals) {
        if (refusal.user == hash_of(facts.user())) continue;
        if (facts.timing.ended.steady_us - refusal.at_us > kMinute) continue;
        trail.others_refused.push_back(refusal.exchange);
        trail.all_were_good = trail.all_were_good && refusal.was_good;
    }
    return trail;
}

void NtlmTrails::learn_refusal(const Case& c) {
    Door& door = doors_.at(door_of(c.now));
    const std::size_t user = hash_of(c.now.user());
    std::erase_if(door.refusals, [&](const Refusal& old) { return old.user == user; });
    push(door.refusals, Refusal{user, c.now.id, c.now.timing.ended.steady_us, c.history.accepted.has_value()},
         kKeptUsers);
}

void NtlmTrails::learn_login(const Case& c) {
    Door& door = doors_.at(door_of(c.now));
    door.worked = true;
    door.refusals.clear();  // the server can check logins again
    const std::size_t domain = hash_of(domain_in(c.now.user()));
    if (!domain_in(c.now.user()).empty() &&
        std::find(door.domains.begin(), door.domains.end(), domain) == door.domains.end())
        push(door.domains, domain, kKeptUsers);
}

void NtlmTrails::learn_challenge(const ExchangeFacts& facts) {
    const ntlm::ChallengeMessage& message = *facts.challenges().ntlm;
    if (message.server_challenge.size() != 8) return;
    Seen seen{message.server_challenge, message.timestamp(), facts.id, facts.timing.ended.steady_us, {}};
    for (const Seen& earlier : challenges_) {
        // One exchange that two witnesses recorded took place once: the two overlap in time.
        if (earlier.ended_us > facts.timing.started.steady_us) continue;
        if (earlier.challenge == seen.challenge && earlier.timestamp == seen.timestamp)
            seen.repeats = earlier.exchange;
    }
    challenges_.push_back(std::move(seen));
    if (challenges_.size() > kKeptChallenges) challenges_.pop_front();
}

/// Uploads that were refused, and logins that served for one request each.
void NtlmTrails::learn_connection(const Case& c) {
    const ExchangeFacts& facts = c.now;
    if (!facts.client) return;
    const bool uploads = facts.refused() && facts.request_content > 0;
    const bool login = facts.step() == Step::Authenticate && facts.let_in();
    const std::string key = to_string(*facts.client);
    if (!uploads && !login) {
        OnConnection* here = facts.step() == Step::None && c.standing.client && facts.let_in()
                                 ? connections_.find(key)
                                 : nullptr;
        if (here != nullptr && here->door == door_of(facts)) here->logins_in_row = 0;
        return;
    }
    OnConnection& here = connections_.at(key);
    if (here.door != door_of(facts)) here = {door_of(facts), 0, std::nullopt, 0};
    if (uploads) {
        here.page = page_of(facts);
        here.upload = Upload{facts.id, facts.request_content};
    } else {
        here.upload.reset();
        ++here.logins_in_row;
    }
}

void NtlmTrails::after(const Case& c, const std::string& host) {
    const ExchangeFacts& facts = c.now;
    if (facts.challenges().ntlm) learn_challenge(facts);
    if (facts.step() == Step::Authenticate) {
        programs_.at(program_of(facts, host)).clear();
        if (facts.let_in() || c.recognised())
            learn_login(c);
        else if (turned_away(c))
            learn_refusal(c);
    }
    learn_connection(c);
}

void NtlmTrails::judged(const Case& c, const std::string& host) {
    if (!c.now.refused() || !c.now.challenges().ntlm || c.now.step() != Step::Negotiate) return;
    if (!c.gave_up() || c.served_elsewhere() || c.sequel.ending == Sequel::Ending::RecordEnded) return;
    auto& lying = programs_.at(program_of(c.now, host));
    if (std::find(lying.begin(), lying.end(), c.now.id) == lying.end())
        push(lying, c.now.id, kKeptUnanswered);
}

std::vector<ExchangeId> NtlmTrails::left_lying(const ExchangeFacts& facts, const std::string& host) const {
    const auto* lying = programs_.find(program_of(facts, host));
    if (lying == nullptr) return {};
    std::vector<ExchangeId> others = *lying;
    std::erase(others, facts.id);
    return others;
}

}  // namespace why401
