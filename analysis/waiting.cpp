#include "analysis/waiting.h"

#include <algorithm>

namespace why401 {
namespace {

constexpr std::size_t kKept = 4'096;
constexpr std::size_t kKeptPerKey = 64;  // of one client, or of one page

/// Whether a row of a log takes the login of another one further.
bool goes_on(LogLeg from, const ExchangeFacts& to) {
    switch (log_leg(to)) {
        case LogLeg::Challenge: return from == LogLeg::Anonymous;
        case LogLeg::Refusal: return from == LogLeg::Challenge || from == LogLeg::Anonymous;
        case LogLeg::Served:
            return !to.log->user.empty() && (from == LogLeg::Challenge || from == LogLeg::Anonymous);
        default: return false;
    }
}

std::string client_key(const std::optional<ConnectionId>& client) {
    return client ? to_string(*client) : "?";
}

/// The same program asking for the same page: how an answer on another connection is recognised.
std::string page_key(const ExchangeFacts& facts, const std::string& host, Space space) {
    // Exchange writes ids of its own into the logged query, different ones in each leg of a login.
    const std::size_t end = facts.from_log_alone() ? facts.url.find('?') : std::string::npos;
    return host + " " + facts.user_agent + " " + (space == Space::Proxy ? "proxy " : "") + facts.method +
           " " + facts.url.substr(0, end);
}

std::string page_key(const ExchangeFacts& facts, const std::string& host) {
    return page_key(facts, host, facts.space);
}

bool same_door(const ExchangeFacts& a, const ExchangeFacts& b) {
    return a.space == b.space && (a.space == Space::Proxy || a.origin == b.origin);
}

/// Outlook's way to ask which schemes there are; it answers none.
bool is_empty_bearer(const CredentialView& view) { return view.step == Step::Empty && view.is("Bearer"); }

/// A request may knock at two doors at once, whichever of them speaks in the answer.
bool knocks(const ExchangeFacts& request, const ExchangeFacts& refused) {
    return request.credentials[refused.space] && !is_empty_bearer(request.credentials[refused.space]->view) &&
           (refused.space == Space::Proxy || request.origin == refused.origin);
}

/// Whether that was the last one at this key.
bool drop(std::unordered_map<std::string, std::vector<WaiterPtr>>& index, const std::string& key,
          const WaiterPtr& waiter) {
    const auto at = index.find(key);
    if (at == index.end()) return false;
    std::erase(at->second, waiter);
    if (!at->second.empty()) return false;
    index.erase(at);
    return true;
}

/// From the last slash on: the same for a target in origin-form and for its URL.
std::size_t tail_of(std::string_view page) {
    const std::size_t slash = page.rfind('/');
    return std::hash<std::string_view>{}(page.substr(slash == std::string_view::npos ? 0 : slash));
}

bool is_challenge(const Waiter& waiter) { return waiter.c.now.challenges().ntlm.has_value(); }

}  // namespace

void WaitingRoom::admit(WaiterPtr waiter) {
    auto& of_client = by_client_[client_key(waiter->c.now.client)];
    if (of_client.size() >= kKeptPerKey) of_client.erase(of_client.begin());
    of_client.push_back(waiter);
    auto& of_page = at_page(*waiter);
    if (of_page.size() >= kKeptPerKey) of_page.erase(of_page.begin());
    of_page.push_back(waiter);
    if (is_challenge(*waiter)) by_exchange_[number(waiter->c.now.id)] = waiter;
    queue_.push_back(waiter);
    kept_.push_back(std::move(waiter));
    while (kept_.size() > kKept) {
        const WaiterPtr oldest = kept_.front();
        kept_.pop_front();
        forget(oldest);
    }
}

std::vector<WaiterPtr>& WaitingRoom::at_page(const Waiter& waiter) {
    const auto [at, added] = by_page_.try_emplace(page_key(waiter.c.now, waiter.host));
    if (added) ++tails_[tail_of(at->first)];
    return at->second;
}

bool WaitingRoom::may_be_awaited(std::string_view target) const {
    // A target without a slash is rare, and what stands before it in a URL may have one.
    if (by_page_.empty()) return false;
    return target.find('/') == std::string_view::npos || tails_.contains(tail_of(target));
}

void WaitingRoom::forget(const WaiterPtr& waiter) {
    drop(by_client_, client_key(waiter->c.now.client), waiter);
    const std::string page = page_key(waiter->c.now, waiter->host);
    if (drop(by_page_, page, waiter)) {
        const auto tail = tails_.find(tail_of(page));
        if (--tail->second == 0) tails_.erase(tail);
    }
    by_exchange_.erase(number(waiter->c.now.id));
}

std::vector<WaiterPtr> WaitingRoom::answered_by(const ExchangeFacts& facts, const Standing& standing,
                                                const std::string& host) {
    std::vector<WaiterPtr> found = answered_in_log(facts, host);
    if (standing.answered) {
        const auto at = by_exchange_.find(number(standing.answered->challenge.exchange));
        if (at != by_exchange_.end()) found.push_back(at->second);
    }
    const auto own = by_client_.find(client_key(facts.client));
    if (own != by_client_.end()) {
        for (const WaiterPtr& waiter : own->second)
            if (knocks(facts, waiter->c.now) && !is_challenge(*waiter)) found.push_back(waiter);
    }
    for (const Space space : {Space::Origin, Space::Proxy}) {
        if (!found.empty() || !facts.credentials[space]) continue;
        const CredentialView& view = facts.credentials[space]->view;
        if (view.step == Step::Authenticate || is_empty_bearer(view)) continue;
        const auto page = by_page_.find(page_key(facts, host, space));
        if (page == by_page_.end()) continue;
        const auto first = std::find_if(page->second.begin(), page->second.end(),
                                        [](const WaiterPtr& waiter) { return !is_challenge(*waiter); });
        // One request answers one refusal of another connection.
        if (first != page->second.end()) found.push_back(*first);
    }
    for (const WaiterPtr& waiter : found) {
        waiter->done = true;
        forget(waiter);
    }
    return found;
}

/// By a row of a server's log: the newest of the same client at the same page.
std::vector<WaiterPtr> WaitingRoom::answered_in_log(const ExchangeFacts& facts,
                                                    const std::string& host) const {
    if (log_leg(facts) == LogLeg::None) return {};
    const auto page = by_page_.find(page_key(facts, host));
    if (page == by_page_.end()) return {};
    for (const LogLeg leg : {LogLeg::Challenge, LogLeg::Anonymous}) {
        if (!goes_on(leg, facts)) continue;
        const auto newest = std::find_if(
            page->second.rbegin(), page->second.rend(),
            [leg](const WaiterPtr& waiter) { return log_leg(waiter->c.now) == leg && waiter->finding == 0; });
        if (newest != page->second.rend()) return {*newest};
    }
    return {};
}

std::vector<WaiterPtr> WaitingRoom::expire(std::int64_t now_us) {
    std::vector<WaiterPtr> due;
    while (!queue_.empty() &&
           (queue_.front()->deadline_us <= now_us || queue_.front()->done || queue_.size() > kKept)) {
        const WaiterPtr waiter = queue_.front();
        queue_.pop_front();
        if (!waiter->done && waiter->finding == 0) due.push_back(waiter);
    }
    while (!kept_.empty() && kept_.front()->done) kept_.pop_front();
    return due;
}

std::vector<WaiterPtr> WaitingRoom::abandoned_by(const ExchangeFacts& facts) {
    std::vector<WaiterPtr> found;
    if (facts.step() != Step::Negotiate) return found;
    const auto own = by_client_.find(client_key(facts.client));
    if (own == by_client_.end()) return found;
    for (const WaiterPtr& waiter : own->second)
        if (is_challenge(*waiter) && same_door(waiter->c.now, facts) && waiter->finding == 0)
            found.push_back(waiter);
    return found;
}

std::vector<WaiterPtr> WaitingRoom::left_by(const ConnectionId& client) {
    std::vector<WaiterPtr> found;
    const auto own = by_client_.find(to_string(client));
    if (own == by_client_.end()) return found;
    for (const WaiterPtr& waiter : own->second) {
        // A bare challenge with `Connection: close` must be answered on another connection (RFC 9112 9.6).
        const bool elsewhere = !is_challenge(*waiter) && waiter->c.now.forwarded_response_closes;
        if (waiter->finding == 0 && !elsewhere) found.push_back(waiter);
    }
    return found;
}

std::vector<WaiterPtr> WaitingRoom::served(const ExchangeFacts& facts, const std::string& host) {
    std::vector<WaiterPtr> found;
    if (by_page_.empty()) return found;
    // Who has the page needs no login for it, at the site's door or at a proxy's.
    for (const Space space : {Space::Origin, Space::Proxy}) {
        const auto page = by_page_.find(page_key(facts, host, space));
        if (page == by_page_.end()) continue;
        for (const WaiterPtr& waiter : page->second) {
            waiter->served = facts.id;
            if (waiter->finding != 0 && waiter->c.gave_up()) found.push_back(waiter);
        }
    }
    for (const WaiterPtr& waiter : found) {
        waiter->done = true;
        forget(waiter);
    }
    return found;
}

std::vector<WaiterPtr> WaitingRoom::everybody() {
    std::vector<WaiterPtr> found;
    for (const WaiterPtr& waiter : queue_)
        if (!waiter->done && waiter->finding == 0) found.push_back(waiter);
    queue_.clear();
    return found;
}

}  // namespace why401
