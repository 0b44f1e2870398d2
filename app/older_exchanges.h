#pragma once
// What memory no longer holds of the present run, exchanges above all, read from the capture while it is
// being written. Made for one question; opens the file when it first needs it. A file that was moved away
// or cannot be read holds none: nothing here throws for it.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/recorder.h"
#include "store/capture.h"

namespace why401 {

class OlderExchanges {
public:
    /// `capture` is the file this process writes; empty: there is none.
    explicit OlderExchanges(std::filesystem::path capture) : capture_(std::move(capture)) {}

    std::optional<LiveExchange> one(ExchangeId id);
    /// Those with after < id <= up_to, in order of id, at most `limit`.
    std::vector<LiveExchange> between(std::uint64_t after, std::uint64_t up_to, std::uint64_t limit);
    /// As CaptureReader::listed; nothing is looked at without a file, and nothing behind the place where
    /// reading fails.
    std::uint64_t listed(const ListedRange& range, const SqlCondition& condition,
                         const CaptureReader::VisitListed& visit);
    std::vector<Connection> connections(const std::vector<ConnectionId>& ids);
    std::string conversation(std::uint64_t id);  ///< its JSON; empty: it is not known
    /// JSON by id, of those with id <= up_to. Looks at all findings of the file.
    std::map<std::uint64_t, std::string> findings_of(ExchangeId exchange, std::uint64_t up_to);

private:
    const CaptureReader* reader();
    template <class Read>
    void attempt(Read read);

    std::filesystem::path capture_;
    std::optional<CaptureReader> reader_;
};

}  // namespace why401
