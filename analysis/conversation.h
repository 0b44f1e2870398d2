#pragma once
// The legs by which one client tried to get through one door, gathered as they come. A login may go on over
// another client connection. Short by construction; old ones are forgotten. It refuses to say why one failed.

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "analysis/facts.h"
#include "analysis/timeline.h"

namespace why401 {

class Conversations {
public:
    explicit Conversations(std::function<void(const ConversationReading&)> heard)
        : heard_(std::move(heard)) {}

    /// The conversation that this exchange belongs to, 0 when it has nothing to do with a login. `continued`:
    /// one that is known to go on here, 0 when there is none.
    std::uint64_t join(const ExchangeFacts& facts, const Standing& standing, std::uint64_t continued,
                       const std::string& next_hop);

    /// Sets the outcome and the verdict. Told to the listener when anything changed.
    void conclude(std::uint64_t id, std::string_view outcome, std::string_view verdict);
    /// The client answered after all: the conversation is open again.
    void reopen(std::uint64_t id);

    std::uint64_t count() const { return last_id_; }
    std::size_t held() const { return known_.size() + current_.size() + order_.size(); }

private:
    struct Conversation {
        ConversationReading reading;
        std::string key;
        Step last = Step::None;
        bool finished = false;
    };
    Conversation* find(std::uint64_t id);
    Conversation& open(const ExchangeFacts& facts, std::string key, const std::string& next_hop);
    static bool begins_anew(const Conversation& current, const ExchangeFacts& facts);

    std::function<void(const ConversationReading&)> heard_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<std::uint64_t, Conversation> known_;
    std::unordered_map<std::string, std::uint64_t> current_;  ///< client, door -> conversation
    std::deque<std::uint64_t> order_;
};

}  // namespace why401
