#include "app/older_exchanges.h"

#include "app/stored_exchanges.h"

namespace why401 {

/// Null: it cannot be read, and is not tried again.
const CaptureReader* OlderExchanges::reader() {
    if (!reader_ && !capture_.empty()) try {
            reader_.emplace(capture_, CaptureReader::Whose::WrittenHere);
        } catch (const CaptureError&) {
            capture_.clear();  // the file is the user's: it may have been moved meanwhile
        }
    return reader_ ? &*reader_ : nullptr;
}

std::optional<LiveExchange> OlderExchanges::one(ExchangeId id) {
    const std::uint64_t number = why401::number(id);
    std::vector<LiveExchange> found =
        number == 0 ? std::vector<LiveExchange>() : between(number - 1, number, 1);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<LiveExchange> OlderExchanges::between(std::uint64_t after, std::uint64_t up_to,
                                                  std::uint64_t limit) {
    const CaptureReader* const from = after < up_to ? reader() : nullptr;
    if (!from) return {};
    try {
        return stored_exchanges(*from, after, up_to, limit);
    } catch (const CaptureError&) {
        reader_.reset();
        capture_.clear();
        return {};
    }
}

std::uint64_t OlderExchanges::listed(const ListedRange& range, const SqlCondition& condition,
                                     const CaptureReader::VisitListed& visit) {
    const CaptureReader* const from = range.after < range.up_to ? reader() : nullptr;
    return from ? from->listed(range, condition, visit) : 0;
}

std::vector<Connection> OlderExchanges::connections(const std::vector<ConnectionId>& ids) {
    const CaptureReader* const from = ids.empty() ? nullptr : reader();
    return from ? from->connections(ids) : std::vector<Connection>();
}

std::string OlderExchanges::conversation(std::uint64_t id) {
    std::string json;
    if (const CaptureReader* const from = id == 0 ? nullptr : reader())
        from->cached(CachedKind::Conversation, id - 1, 1, [&](std::uint64_t found, const std::string& text) {
            if (found == id) json = text;
        });
    return json;
}

}  // namespace why401
