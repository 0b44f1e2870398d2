#pragma once
// Refusals whose meaning depends on what the client does next: kept until it answers, leaves, or too much
// time passes. Found by client, by page and by CHALLENGE without looking at the others; bounded.

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/case.h"

namespace why401 {

struct Waiter {
    Case c;
    ExchangeReading reading;
    std::uint64_t finding =
        0;  ///< a judgement already given, to be taken back if the client answers after all
    std::int64_t deadline_us = 0;
    std::string host;     ///< of the client
    ExchangeId served{};  ///< served its page to the same program after it
    /// Its host and what it calls itself.
    std::string program() const { return host + " " + c.now.user_agent; }
    bool done = false;  ///< answered: nothing can change it any more
};
using WaiterPtr = std::shared_ptr<Waiter>;

class WaitingRoom {
public:
    /// How long a client has to answer before it counts as gone: people type passwords, programs do not wait.
    static constexpr std::int64_t kPatience = 30'000'000;

    void admit(WaiterPtr waiter);

    /// Those which this request answers.
    std::vector<WaiterPtr> answered_by(const ExchangeFacts& facts, const Standing& standing,
                                       const std::string& host);
    /// Those whose time is up at `now`.
    std::vector<WaiterPtr> expire(std::int64_t now_us);
    /// CHALLENGEs of this client connection that a new NEGOTIATE leaves behind.
    std::vector<WaiterPtr> abandoned_by(const ExchangeFacts& facts);
    /// Those of a client connection that has closed and that were meant to be answered on it.
    std::vector<WaiterPtr> left_by(const ConnectionId& client);
    /// A page was served: those of the same program at the same page who had given up (parallel connections
    /// begin more logins than they need). The others learn it for the time when they do.
    std::vector<WaiterPtr> served(const ExchangeFacts& facts, const std::string& host);
    /// Whether served() may find anybody for a request with this target; no is certain.
    bool may_be_awaited(std::string_view target) const;
    /// Everybody who was not judged yet, oldest first.
    std::vector<WaiterPtr> everybody();

    std::size_t held() const {
        return queue_.size() + kept_.size() + by_client_.size() + by_page_.size() + by_exchange_.size();
    }

private:
    std::vector<WaiterPtr> answered_in_log(const ExchangeFacts& facts, const std::string& host) const;
    using Index = std::unordered_map<std::string, std::vector<WaiterPtr>>;
    void forget(const WaiterPtr& waiter);
    std::vector<WaiterPtr>& at_page(const Waiter& waiter);

    std::deque<WaiterPtr> queue_;  ///< by deadline
    std::deque<WaiterPtr> kept_;   ///< judged or not, oldest first; bounds the whole
    Index by_client_, by_page_;
    std::unordered_map<std::size_t, std::size_t> tails_;        ///< how many keys of by_page_ end in this
    std::unordered_map<std::uint64_t, WaiterPtr> by_exchange_;  ///< CHALLENGE legs
};

}  // namespace why401
