#include "store/listed_row.h"

#include <algorithm>

#include "store/capture.h"
#include "store/record_text.h"
#include "store/row_values.h"

namespace why401 {
namespace {

/// Of a request's head as it came; also where the strict parser refused it.
bool asks_for_tunnel(std::string_view head) {
    head.remove_prefix(std::min(head.find_first_not_of("\r\n"), head.size()));
    return head.starts_with("CONNECT ");
}

/// -1: not ended. Never negative otherwise, whatever a file says.
std::int64_t between(const Instant& started, const Instant& ended) {
    if (ended == Instant{}) return -1;
    return std::max<std::int64_t>(ended.steady_us - started.steady_us, 0);
}

}  // namespace

ListedExchange listed(const Exchange& exchange) {
    ListedExchange one;
    one.id = number(exchange.id);
    one.client = exchange.client_connection ? exchange.client_connection->number : 0;
    one.upstream = exchange.upstream_connection ? exchange.upstream_connection->number : 0;
    one.scheme = exchange.scheme;
    one.authority = exchange.authority;
    one.is_connect = asks_for_tunnel(exchange.request.head);
    one.status = exchange.status;
    one.outcome = exchange.outcome;
    one.started_wall_us = exchange.timing.started.wall_us;
    one.duration_us = between(exchange.timing.started, exchange.timing.ended);
    return one;
}

namespace listed_row {
namespace {

#define WHY401_LISTED_COLUMNS                                                                      \
    "e.id, e.client, e.upstream, e.scheme, e.authority, substr(e.request_head, 1, 32), e.status, " \
    "e.outcome, e.started_wall_us, e.started_steady_us, e.ended_wall_us, e.ended_steady_us, r.json"

/// Columns in the order of the list above.
enum Column : int {
    Id,
    Client,
    Upstream,
    Scheme,
    Authority,
    HeadBegin,
    Status,
    OutcomeWord,
    StartedWall,
    StartedSteady,
    EndedWall,
    EndedSteady,
    Reading
};

std::int64_t clamped(std::uint64_t value) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

std::uint64_t connection(const sqlite::Statement& row, int column) {
    return row.is_null(column) ? 0 : record_text::read_connection_id(row.bytes(column)).number;
}

}  // namespace

std::string select(const ListedRange& range, const SqlCondition& condition) {
    return "SELECT " WHY401_LISTED_COLUMNS
           " FROM exchange e LEFT JOIN exchange_reading r ON r.id = e.id "
           "WHERE e.id > ?1 AND e.id <= ?2 AND " +
           std::string(range.only ? "e.id IN (SELECT value FROM json_each(?4)) AND " : "?4 IS NULL AND ") +
           "why401_seen(e.id) AND (" + condition.sql + ") ORDER BY e.id LIMIT ?3";
}

void bind(sqlite::Statement& rows, const ListedRange& range, const std::string& ids,
          const SqlCondition& condition) {
    rows.bind(1, clamped(range.after));
    rows.bind(2, clamped(range.up_to));
    rows.bind(3, clamped(range.limit));
    range.only ? rows.bind_text(4, ids) : rows.bind_null(4);
    int place = SqlCondition::kFirst;
    for (const std::string& value : condition.values) rows.bind_text(place++, value);
}

std::string_view read(const sqlite::Statement& row, ListedExchange& exchange) {
    exchange.id = static_cast<std::uint64_t>(row.number(Id));
    exchange.client = connection(row, Client);
    exchange.upstream = connection(row, Upstream);
    exchange.scheme = row.bytes(Scheme);
    exchange.authority = row.bytes(Authority);
    exchange.is_connect = asks_for_tunnel(row.bytes(HeadBegin));
    exchange.status = static_cast<int>(row.number(Status));
    exchange.outcome = record_text::read_outcome(row.bytes(OutcomeWord));
    const Instant started = read_instant(row, StartedWall, StartedSteady);
    exchange.started_wall_us = started.wall_us;
    exchange.duration_us = between(started, read_instant(row, EndedWall, EndedSteady));
    return row.bytes(Reading);
}

}  // namespace listed_row
}  // namespace why401
