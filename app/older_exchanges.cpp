#include "app/older_exchanges.h"

#include "app/stored_exchanges.h"

namespace why401 {

/// Null: it cannot be read, and is not tried again.
const CaptureReader* OlderExchanges::reader() {
    if (!reader_ && !capture_.empty())
        attempt([&] { reader_.emplace(capture_, CaptureReader::Whose::WrittenHere); });
    return reader_ ? &*reader_ : nullptr;
}

/// The file is the user's: it may have been moved or broken meanwhile, and then holds nothing any more.
template <class Read>
void OlderExchanges::attempt(Read read) {
    try {
        read();
    } catch (const CaptureError&) {
        reader_.reset();
        capture_.clear();
    }
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
    std::vector<LiveExchange> found;
    if (const CaptureReader* const from = after < up_to ? reader() : nullptr)
        attempt([&] { found = stored_exchanges(*from, after, up_to, limit); });
    return found;
}

std::uint64_t OlderExchanges::listed(const ListedRange& range, const SqlCondition& condition,
                                     const CaptureReader::VisitListed& visit) {
    std::uint64_t seen = 0;
    if (const CaptureReader* const from = range.after < range.up_to ? reader() : nullptr)
        attempt([&] {
            seen = from->listed(range, condition, [&](const auto& exchange, std::string_view reading) {
                visit(exchange, reading);
                seen = from->seen();
            });
        });
    return seen;
}

std::vector<Connection> OlderExchanges::connections(const std::vector<ConnectionId>& ids) {
    std::vector<Connection> found;
    if (const CaptureReader* const from = ids.empty() ? nullptr : reader())
        attempt([&] { found = from->connections(ids); });
    return found;
}

std::string OlderExchanges::conversation(std::uint64_t id) {
    std::string json;
    const auto take = [&](std::uint64_t found, const std::string& text) {
        if (found == id) json = text;
    };
    if (const CaptureReader* const from = id == 0 ? nullptr : reader())
        attempt([&] { from->cached(CachedKind::Conversation, id - 1, 1, take); });
    return json;
}

std::map<std::uint64_t, std::string> OlderExchanges::findings_of(ExchangeId exchange, std::uint64_t up_to) {
    std::map<std::uint64_t, std::string> found;
    const auto take = [&](std::uint64_t id, const std::string& json) { found.emplace(id, json); };
    if (const CaptureReader* const from = up_to == 0 ? nullptr : reader())
        attempt([&] { from->findings_of(exchange, up_to, take); });
    return found;
}

}  // namespace why401
