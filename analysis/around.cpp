#include "analysis/around.h"

#include <algorithm>

namespace why401 {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kFollows = 10 * kSecond;  // programs follow a redirect at once
constexpr std::int64_t kPageLoad = 30 * kSecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::size_t kKeptRefusals = 8;

/// As a redirect and the request that follows it both spell it.
std::string normal(std::string_view url) {
    url = url.substr(0, url.find('#'));
    const std::size_t site = url.find("://");
    const std::size_t path = site == std::string_view::npos ? site : url.find_first_of("/?", site + 3);
    if (path == std::string_view::npos) return origin_of(url) + "/";
    return origin_of(url) + (url[path] == '?' ? "/" : "") + std::string(url.substr(path));
}

std::string page_of(std::string_view url) { return normal(url.substr(0, url.find('?'))); }

std::string door(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? std::string("proxy") : facts.origin;
}

bool knows(const Standing& standing, const ExchangeFacts& facts) {
    return standing.client.has_value() || facts.credentials[Space::Origin].has_value();
}

/// A token of a login that belongs to its connection, or came at the end of one.
bool ends_login(const ExchangeFacts& facts) {
    return facts.step() == Step::Authenticate || facts.step() == Step::ApReq;
}

}  // namespace

Around AroundLogins::of(const ExchangeFacts& facts, const std::string& client) const {
    Around around;
    const std::int64_t now = facts.timing.started.steady_us;
    const std::string here = client + "|" + normal(facts.url);
    if (const auto* led = led_.find(here); led != nullptr && now - led->second <= kFollows)
        around.led_here = led->first;
    if (const auto* form = forms_.find(here); form != nullptr && now - form->at_us <= kFollows)
        around.form = *form;
    if (const auto* by = wants_login_.find(page_of(facts.url))) around.wants_login = *by;
    if (const auto* by = windows_.find(facts.origin)) around.offers_windows = *by;
    if (const auto* refused = refused_tokens_.find(here))
        for (const Refusal& refusal : *refused)
            if (now - refusal.at_us <= kMinute) around.tokens_refused.push_back(refusal.exchange);
    return around;
}

void AroundLogins::after(const ExchangeFacts& facts, const Standing& standing, const std::string& client) {
    const WebFacts& web = facts.web;
    if (facts.answered_by_us) return;
    const std::int64_t now = facts.timing.ended.steady_us;
    if (!web.location.empty() && origin_of(web.location) != facts.origin && knows(standing, facts)) {
        const CredentialFacts* own =
            facts.credentials[Space::Origin] ? &*facts.credentials[Space::Origin] : nullptr;
        led_.at(client + "|" + normal(web.location)) = {
            LedAway{facts.id, facts.origin, own != nullptr ? own->view.scheme : "NTLM", web.location_place},
            now};
    }
    const bool keeps =
        std::any_of(web.set.begin(), web.set.end(), [](const SetCookie& cookie) { return !cookie.removes; });
    // Any form sets cookies and leads on: only one that is sent to a login page counts, and no logout does.
    const bool logs_in = looks_like_login(facts.url) && facts.url.find("out") == std::string::npos;
    if (facts.method == "POST" && logs_in && !web.location.empty() && !web.to_login && keeps) {
        SentForm form{facts.id, facts.url, now, {}};
        for (const SetCookie& cookie : web.set)
            if (!cookie.removes) form.set.push_back(cookie);
        forms_.at(client + "|" + normal(web.location)) = std::move(form);
    }
    if (facts.status != 401) return;
    if (facts.step() == Step::None) wants_login_.at(page_of(facts.url)) = facts.id;
    if (facts.received[Space::Origin].connection_based) windows_.at(facts.origin) = facts.id;
    if (ends_login(facts) && !facts.received[Space::Origin].ntlm) {
        auto& refused = refused_tokens_.at(client + "|" + normal(facts.url));
        if (refused.size() >= kKeptRefusals) refused.erase(refused.begin());
        refused.push_back({facts.id, now});
    }
}

void AroundLogins::tell_unanswered(const ExchangeFacts& facts, const std::string& client) {
    unanswered_.at(client + "|" + door(facts)) = {facts.id, facts.timing.started.steady_us};
}

std::optional<ExchangeId> AroundLogins::told(const ExchangeFacts& facts, const std::string& client) const {
    const Refusal* told = unanswered_.find(client + "|" + door(facts));
    if (told == nullptr || told->exchange == facts.id) return std::nullopt;
    const std::int64_t apart = facts.timing.started.steady_us - told->at_us;
    return apart <= kPageLoad && apart >= -kPageLoad ? std::optional(told->exchange) : std::nullopt;
}

bool AroundLogins::may_concern(const Exchange& ordinary) const {
    if (ordinary.status == 403) return windows_.size() > 0;
    return ordinary.status == 200 && wants_login_.size() > 0 && comes_from_cache(ordinary);
}

std::size_t AroundLogins::held() const {
    return led_.size() + forms_.size() + wants_login_.size() + windows_.size() + refused_tokens_.size() +
           unanswered_.size();
}

}  // namespace why401
