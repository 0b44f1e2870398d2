#pragma once
// A short memory of what happens around logins: redirects that lead away from one, forms that were sent,
// pages that want a login, requests of a page load that went unanswered. Bounded by count; the oldest goes
// first. It only remembers, it refuses to conclude.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/facts.h"
#include "analysis/timeline.h"

namespace why401 {

/// A redirect to another origin that answered a request with credentials, or one on a login.
struct LedAway {
    ExchangeId by{};
    std::string from;    ///< "http://web01"
    std::string scheme;  ///< of the credentials that it answered
    Place place;         ///< of its Location
};

/// A login form was sent, and the answer set cookies and led on.
struct SentForm {
    ExchangeId by{};
    std::string url;
    std::int64_t at_us = 0;
    std::vector<SetCookie> set;
};

/// What the record showed around an exchange, before it.
struct Around {
    std::optional<LedAway> led_here;           ///< the same program was just sent to this very page
    std::optional<SentForm> form;              ///< likewise, by a login form
    std::optional<ExchangeId> wants_login;     ///< this page was refused to a stranger
    std::optional<ExchangeId> offers_windows;  ///< this site offered a login of Windows, here or elsewhere
    std::vector<ExchangeId> tokens_refused;    ///< of the same program at this page within the last minute
    std::optional<ExchangeId>
        told;  ///< a request of the same page load that went unanswered, and was told of
};

class AroundLogins {
public:
    /// `client` names the program: its host and what it calls itself.
    Around of(const ExchangeFacts& facts, const std::string& client) const;
    void after(const ExchangeFacts& facts, const Standing& standing, const std::string& client);

    /// That this request went unanswered has been told.
    void tell_unanswered(const ExchangeFacts& facts, const std::string& client);
    std::optional<ExchangeId> told(const ExchangeFacts& facts, const std::string& client) const;

    /// Whether an exchange that is_ordinary() may mean something here; no is certain.
    bool may_concern(const Exchange& ordinary) const;

    std::size_t held() const;

private:
    template <typename T>
    class Kept {
    public:
        T& at(const std::string& key) {
            const auto [place, added] = known_.try_emplace(key);
            if (!added) return place->second;
            order_.push_back(&place->first);
            if (order_.size() > kMost) {
                known_.erase(known_.find(*order_.front()));
                order_.pop_front();
            }
            return place->second;
        }
        const T* find(const std::string& key) const {
            const auto place = known_.find(key);
            return place == known_.end() ? nullptr : &place->second;
        }
        std::size_t size() const { return known_.size() + order_.size(); }

    private:
        static constexpr std::size_t kMost = 1'024;
        std::unordered_map<std::string, T> known_;
        std::deque<const std::string*> order_;  ///< keys, which never move
    };
    struct Refusal {
        ExchangeId exchange{};
        std::int64_t at_us = 0;
    };

    Kept<std::pair<LedAway, std::int64_t>> led_;  ///< by program and page it leads to
    Kept<SentForm> forms_;                        ///< likewise
    Kept<ExchangeId> wants_login_;                ///< by page
    Kept<ExchangeId> windows_;                    ///< by origin
    Kept<std::vector<Refusal>> refused_tokens_;   ///< by program and page
    Kept<Refusal> unanswered_;                    ///< by program and door
};

}  // namespace why401
