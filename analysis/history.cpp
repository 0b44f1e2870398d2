#include "analysis/history.h"

#include <algorithm>
#include <functional>

#include "analysis/binding.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::size_t kKept = 16'384;
constexpr std::size_t kKeptRefusals = 8;
constexpr std::size_t kKeptUsers = 8;
constexpr std::int64_t kMinute = 60'000'000;

std::string page_key(const ExchangeFacts& facts) {
    return "page " + facts.url.substr(0, facts.url.find('?'));
}

std::string folder_key(const ExchangeFacts& facts) {
    const std::string page = page_key(facts);
    return "folder" + page.substr(4, page.rfind('/') - 3);
}

std::string door(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? std::string("proxy") : facts.origin;
}

std::string lowered(std::string_view text) {
    std::string user(text);
    std::transform(user.begin(), user.end(), user.begin(), lower);
    return user;
}

/// Who asks: by name, or by the NTLM login that stands on the connection. 0 for nobody known.
std::size_t asker(const ExchangeFacts& facts, const Standing& standing) {
    std::string_view user = facts.user();
    if (user.empty() && standing.server && standing.server->client == facts.client)
        user = standing.server->identity;
    return user.empty() ? 0 : std::hash<std::string>{}(lowered(user));
}

std::size_t attempt_of(const ExchangeFacts& facts) {
    const CredentialFacts* credentials = facts.own_credentials();
    return std::hash<std::string>{}(page_key(facts) + " " + (credentials ? credentials->view.scheme : ""));
}

/// Empty where credentials cannot be compared: those of Digest differ with each nonce.
std::optional<std::size_t> secret_of(const ExchangeFacts& facts) {
    const CredentialFacts* credentials = facts.own_credentials();
    if (credentials == nullptr || credentials->view.parsed.token68.empty()) return std::nullopt;
    return std::hash<std::string>{}(credentials->view.parsed.token68);
}

/// A token that names nobody stands for itself: two of them need not be the same user's.
std::string user_key(const ExchangeFacts& facts) {
    std::string key = "user " + door(facts) + " " + lowered(facts.user());
    if (facts.user().empty() && facts.step() == Step::Single)
        if (const auto secret = secret_of(facts)) key += " #" + std::to_string(*secret);
    return key;
}

bool names_user(const ExchangeFacts& facts) {
    return facts.step() == Step::Authenticate || facts.step() == Step::Single;
}

}  // namespace

Memory::Entry& Memory::entry(std::string_view key) {
    if (const auto known = entries_.find(key); known != entries_.end()) return known->second;
    const auto at = entries_.try_emplace(std::string(key)).first;
    order_.push_back(&at->first);
    if (order_.size() > kKept) {
        entries_.erase(entries_.find(*order_.front()));
        order_.pop_front();
    }
    return at->second;
}

const Memory::Entry* Memory::find(std::string_view key) const {
    const auto at = entries_.find(key);
    return at == entries_.end() ? nullptr : &at->second;
}

History Memory::of(const ExchangeFacts& facts, const Standing& standing) const {
    History history;
    if (const Entry* page = find(page_key(facts))) {
        const auto& users = page->served_to;
        history.open_to_anonymous = page->open;
        history.page_was_theirs =
            std::find(users.begin(), users.end(), asker(facts, standing)) != users.end();
    }
    if (const Entry* folder = find(folder_key(facts))) history.folder_asks_for_login = folder->asks_for_login;
    if (const Entry* here = find("door " + door(facts))) {
        history.refused_negotiates = here->bare_negotiates;
        history.keeps_login = here->keeps_login;
        history.lost_login = here->lost_login;
        history.lenient = here->lenient;
    }
    history.tickets = tickets_.of(facts);
    history.nonce = doors_.nonce(facts);
    history.offer = doors_.offer(facts);
    if (!names_user(facts)) return history;
    const Entry* user = find(user_key(facts));
    if (user == nullptr) return history;
    if (number(user->accepted) != 0) history.accepted = user->accepted;
    history.accepted_same = user->accepted_secret && user->accepted_secret == secret_of(facts);
    history.same_secret = true;
    for (const Refusal& refusal : user->refusals) {
        if (facts.timing.ended.steady_us - refusal.at_us > kMinute) continue;
        history.refusals.push_back(refusal.exchange);
        const bool same_secret = refusal.secret && refusal.secret == secret_of(facts);
        if (!same_secret && refusal.page != attempt_of(facts)) continue;  // another door, or another key
        history.alike.push_back(refusal.exchange);
        history.same_secret = history.same_secret && same_secret;
    }
    return history;
}

/// What becomes of an NTLM login on its own connection, for a request that relies on it.
void Memory::login_lasts(const Case& c) {
    const ExchangeFacts& facts = c.now;
    if (c.login_vanished() && !c.recognised()) entry("door " + door(facts)).lost_login = facts.id;
    const std::size_t user = asker(facts, c.standing);
    if (user == 0 || !facts.let_in() || facts.status >= 400) return;
    Entry& page = entry(page_key(facts));
    auto& users = page.served_to;
    if (std::find(users.begin(), users.end(), user) == users.end()) {
        if (users.size() >= kKeptUsers) users.erase(users.begin());
        users.push_back(user);
    }
    if (facts.step() == Step::None && c.standing.server && !c.standing.server->per_request && !page.open)
        entry("door " + door(facts)).keeps_login = facts.id;
}

Leniency Memory::leniency(const ExchangeFacts& facts) const {
    const Entry* here = find("door " + door(facts));
    return here == nullptr ? Leniency{} : here->lenient;
}

/// Of credentials that were good.
void Memory::learn_leniency(const Case& c) {
    const ExchangeFacts& facts = c.now;
    if (facts.plain_http || facts.space != Space::Origin) return;
    const Bound bound = binding_of(facts, c.standing).to;
    if (bound == Bound::ToUs)
        entry("door " + door(facts)).lenient.ours = facts.id;
    else if (bound == Bound::Nothing)
        entry("door " + door(facts)).lenient.none = facts.id;
    else if (facts.step() == Step::ApReq && is_intercepted(c.standing))
        entry("door " + door(facts)).lenient.ticket = facts.id;
}

void Memory::after(const Exchange& ordinary) {
    if (!lets_in(ordinary.status, ordinary.answered_by_us) || ordinary.status >= 400 ||
        !ordinary.upstream_connection || ordinary.credentials_withheld)
        return;
    key_.assign("page ");
    append_url(key_, ordinary);
    entry(std::string_view(key_).substr(0, key_.find('?'))).open = true;
}

void Memory::after(const Case& c) {
    const ExchangeFacts& facts = c.now;
    const bool let_in = facts.let_in() && facts.status < 400;
    // A login that stands on the connection may have let it in.
    if (let_in && facts.step() == Step::None && !c.standing.server && facts.upstream &&
        !facts.credentials_withheld)
        entry(page_key(facts)).open = true;
    login_lasts(c);
    tickets_.after(facts, c.recognised());
    doors_.after(facts);
    if (facts.status == 401 && !facts.answered_by_us && facts.challenges().any())
        entry(folder_key(facts)).asks_for_login = true;
    if (facts.refused() && facts.step() == Step::Negotiate && !facts.challenges().token) {
        auto& bare = entry("door " + door(facts)).bare_negotiates;
        if (bare.size() < kKeptRefusals) bare.push_back(facts.id);
    }
    if (let_in || c.recognised()) learn_leniency(c);
    if (!names_user(facts)) return;
    if (let_in || c.recognised()) {
        Entry& user = entry(user_key(facts));
        user.accepted = facts.id;
        user.accepted_secret = secret_of(facts);
        user.refusals.clear();
    } else if (facts.refused() && !facts.challenges().ntlm && !facts.challenges().stale) {
        auto& refusals = entry(user_key(facts)).refusals;
        if (refusals.size() >= kKeptRefusals) refusals.erase(refusals.begin());
        refusals.push_back({facts.id, facts.timing.ended.steady_us, attempt_of(facts), secret_of(facts)});
    }
}

}  // namespace why401
