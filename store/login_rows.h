#pragma once
// Which rows of a long log may belong to a login: refusals, what the same program of the same client did
// within half a minute after one, and its last request with a user's name before. Bounded; the client that
// was not heard of for longest is forgotten.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/log_exchange.h"

namespace why401 {

class LoginRows {
public:
    LoginRows(LogLine::Source source, LogWishes wishes) : source_(source), wishes_(wishes) {}

    /// Hands on the row, and a row of the same client that was held back for it, as far as they are wanted.
    /// Returns how many exchanges were handed on.
    std::uint64_t take(const LogRow& row, ExchangeId id, const ItemSink& sink);

private:
    struct Client {
        std::int64_t refused_us = 0;
        std::optional<Exchange> before;  ///< the last one that was served under a name
    };
    bool wants_all(const LogRow& row) const;
    Client& client(const LogRow& row);

    LogLine::Source source_;
    LogWishes wishes_;
    std::unordered_map<std::string, Client> clients_;
    std::deque<std::string> order_;
};

}  // namespace why401
