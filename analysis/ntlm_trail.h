#pragma once
// What went before at one door, for questions about NTLM: CHALLENGEs that nobody answered, CHALLENGEs that
// came twice, who else was refused, what a client had sent along. Bounded by count; it refuses to conclude.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "analysis/facts.h"
#include "analysis/recent.h"

namespace why401 {

struct Case;
struct Standing;

/// Content that a client sent with a request that was refused.
struct Upload {
    ExchangeId exchange{};
    std::uint64_t length = 0;
};

struct NtlmTrail {
    bool worked = false;                     ///< somebody's NTLM login was good at this door
    bool domain_known = false;               ///< a user of the same domain was let in here
    std::vector<ExchangeId> others_refused;  ///< the last refusal of each other user, within the last minute
    bool all_were_good = false;              ///< of these users and this one: each had been let in before
    std::vector<ExchangeId> unanswered;      ///< CHALLENGEs that the same program got here and left lying
    std::optional<ExchangeId> repeats;       ///< the CHALLENGE that is answered had been seen before, there
    std::optional<Upload> upload;            ///< for the same page, on the same client connection
    unsigned logins_in_row = 0;  ///< on this client connection, each used for one request only; this one too
    std::string client_address, server_address;  ///< without port; empty when not known
};

class NtlmTrails {
public:
    /// `host`: the address of the client, as far as it is known.
    NtlmTrail of(const ExchangeFacts& facts, const Standing& standing, const std::string& host) const;
    void after(const Case& c, const std::string& host);

    /// A CHALLENGE was judged, or judged again.
    void judged(const Case& c, const std::string& host);
    /// CHALLENGEs that this program got at this door and left lying since its last answer, but for this one.
    std::vector<ExchangeId> left_lying(const ExchangeFacts& facts, const std::string& host) const;

    std::size_t held() const {
        return doors_.size() + programs_.size() + connections_.size() + challenges_.size();
    }

private:
    struct Refusal {
        std::size_t user = 0;
        ExchangeId exchange{};
        std::int64_t at_us = 0;
        bool was_good = false;
    };
    struct Door {
        bool worked = false;
        std::vector<std::size_t> domains;
        std::vector<Refusal> refusals;  ///< the last of each of the last few users
    };
    struct OnConnection {
        std::string door;
        std::size_t page = 0;
        std::optional<Upload> upload;
        unsigned logins_in_row = 0;
    };
    struct Seen {
        std::string challenge;
        std::optional<std::uint64_t> timestamp;
        ExchangeId exchange{};
        std::int64_t ended_us = 0;
        std::optional<ExchangeId> repeats;
    };
    void learn_refusal(const Case& c);
    void learn_login(const Case& c);
    void learn_challenge(const ExchangeFacts& facts);
    void learn_connection(const Case& c);

    Recent<Door> doors_{4'096};
    Recent<std::vector<ExchangeId>> programs_{4'096};
    Recent<OnConnection> connections_{8'192};
    std::deque<Seen> challenges_;  ///< newest last
};

}  // namespace why401
