#pragma once
// The contract's JSON (`why401 explain --json`, the API): values in, Boost.JSON out, keys in a fixed order.
// Whatever bytes the traffic held, the result is valid JSON in valid UTF-8. It decides nothing and reads no
// file.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "record/connection.h"
#include "record/exchange.h"
#include "record/journal_event.h"

namespace why401 {

/// The text with every byte that is not part of valid UTF-8 (RFC 3629) replaced by U+FFFD.
std::string utf8_clean(std::string_view text);

/// "2026-11-22T20:11:05.123456Z"; empty for time zero.
std::string utc_text(std::int64_t wall_us);

/// What the contract says of an exchange besides its reading; small, so that a long record can be held.
struct ExchangeRow {
    ExchangeId id{};
    std::optional<ConnectionId> client_connection, upstream_connection;
    std::string method, url;
    int status = 0;
    std::string source;           ///< "A" when several sources were merged, else empty
    std::uint64_t source_id = 0;  ///< its id in that source
};
ExchangeRow row_of(const Exchange& exchange);

/// explain's exchanges[]; with `source` and `source_id` at the end when several sources were merged.
boost::json::object exchange_json(const ExchangeRow& row, const ExchangeReading& reading);
/// The same with what a live list shows besides: conversation, time, duration_ms, outcome, sizes, policy.
boost::json::object live_exchange_json(const Exchange& exchange, const ExchangeReading& reading);
/// Everything about one exchange: the live row, both heads as received, edits, bodies (as far as they are
/// text, else base64), timing, pool decision, fault, decoded tokens.
boost::json::object exchange_detail_json(const Exchange& exchange, const ExchangeReading& reading);

boost::json::object reading_json(const ExchangeReading& reading);
/// What reading_json wrote; anything missing or of another type stays empty.
ExchangeReading reading_from_json(std::string_view text);

boost::json::object conversation_json(const ConversationReading& conversation);
boost::json::object finding_json(const Finding& finding);
boost::json::object summary_json(const Summary& summary);
boost::json::object connection_json(const Connection& connection);
boost::json::object decision_json(const PoolDecision& decision);
boost::json::object fault_json(const Fault& fault);

}  // namespace why401
