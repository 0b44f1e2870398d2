#pragma once
// A short memory of Kerberos tickets: which AP-REQ was shown before, which service took one with which key,
// what a server calls itself. Bounded by count; the oldest goes first. It only remembers, it refuses to
// conclude.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/facts.h"

namespace why401 {

/// A ticket that a server took.
struct AcceptedTicket {
    ExchangeId exchange{};
    std::optional<std::int64_t> kvno, etype;
};

/// What was known before an exchange.
struct TicketHistory {
    std::optional<ExchangeId> same_before;   ///< showed the very same AP-REQ
    bool same_accepted = false;              ///< and was let in with it
    std::optional<AcceptedTicket> accepted;  ///< for the same service at this door, the newest
    std::vector<ExchangeId> refused;  ///< showed tickets for it, and got a refusal without a word, since then
    std::optional<ExchangeId> elsewhere;  ///< the same program showed a ticket for another host
    std::string computer;                 ///< what the server at this door calls itself in its NTLM CHALLENGE
    std::string dns_computer;
    ExchangeId computer_by{};
};

class Tickets {
public:
    TicketHistory of(const ExchangeFacts& facts) const;
    /// `recognised`: the server knew the user, and refused for another reason.
    void after(const ExchangeFacts& facts, bool recognised);

    std::size_t held() const { return shown_.size() + services_.size() + showed_.size() + doors_.size(); }

private:
    struct Shown {
        std::size_t hash = 0;
        ExchangeId exchange{};
        bool accepted = false;
    };
    struct Service {
        std::string key;
        std::optional<AcceptedTicket> accepted;
        std::vector<ExchangeId> refused;
    };
    struct Showed {
        std::string user_agent, host;
        ExchangeId exchange{};
    };
    struct Door {
        std::string key, computer, dns_computer;
        ExchangeId by{};
    };
    const Service* find(const std::string& key) const;
    Service& service(const std::string& key);
    void remember_computer(const ExchangeFacts& facts);

    std::deque<Shown> shown_;
    std::deque<Service> services_;
    std::deque<Showed> showed_;
    std::deque<Door> doors_;
};

}  // namespace why401
