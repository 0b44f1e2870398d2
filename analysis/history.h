#pragma once
// A short memory per origin: which pages are open to anybody, who was let in or turned away lately. Bounded
// by count; the oldest goes first. It only remembers, it refuses to conclude.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/case.h"
#include "analysis/doors.h"

namespace why401 {

class Memory {
public:
    History of(const ExchangeFacts& facts, const Standing& standing) const;
    void after(const Case& c);

    /// The same for an exchange that is_ordinary(), where nobody was known.
    void after(const Exchange& ordinary);

    /// What is known of the door of this exchange by now.
    Leniency leniency(const ExchangeFacts& facts) const;

    std::size_t held() const { return entries_.size() + order_.size() + tickets_.held() + doors_.held(); }

private:
    struct Refusal {
        ExchangeId exchange{};
        std::int64_t at_us = 0;
        std::size_t page = 0;               ///< hash of the page and the scheme
        std::optional<std::size_t> secret;  ///< hash of the credentials as sent, where they can be compared
    };
    struct Entry {
        bool open = false;
        bool asks_for_login = false;
        ExchangeId accepted{};
        std::optional<std::size_t> accepted_secret;
        std::vector<Refusal> refusals;            ///< the last few
        std::vector<ExchangeId> bare_negotiates;  ///< the last few
        std::vector<std::size_t> served_to;       ///< hashes of the last few users who got the page
        std::optional<ExchangeId> keeps_login, lost_login;
        Leniency lenient;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    };
    void login_lasts(const Case& c);
    void learn_leniency(const Case& c);
    Entry& entry(std::string_view key);
    const Entry* find(std::string_view key) const;

    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
    std::deque<const std::string*> order_;  ///< keys, which never move
    std::string key_;                       ///< room to build one
    Tickets tickets_;
    Doors doors_;
};

}  // namespace why401
