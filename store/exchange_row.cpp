#include "store/exchange_row.h"

#include <utility>

#include "store/capture.h"
#include "store/record_text.h"
#include "store/row_values.h"

namespace why401::exchange_row {
namespace {

#define WHY401_EXCHANGE_COLUMNS                                                                             \
    "id, seq, client, upstream, scheme, authority, in_tunnel, status, outcome, answered_by_us, "            \
    "started_wall_us, started_steady_us, request_head_wall_us, request_head_steady_us, forwarded_wall_us, " \
    "forwarded_steady_us, response_head_wall_us, response_head_steady_us, ended_wall_us, ended_steady_us, " \
    "request_head, request_edits, request_body, request_packing, request_length, interim, response_head, "  \
    "response_edits, response_body, response_packing, response_length, fault, decision, injected"

/// Columns in the order of the list above.
enum Column : int {
    Id,
    Seq,
    Client,
    Upstream,
    Scheme,
    Authority,
    InTunnel,
    Status,
    OutcomeWord,
    AnsweredByUs,
    Started,
    RequestHeadAt = Started + 2,
    Forwarded = Started + 4,
    ResponseHeadAt = Started + 6,
    Ended = Started + 8,
    RequestHead = Started + 10,
    RequestEdits,
    RequestBody,
    RequestPacking,
    RequestLength,
    Interim,
    ResponseHead,
    ResponseEdits,
    ResponseBody,
    ResponsePacking,
    ResponseLength,
    FaultText,
    Decision,
    Injected
};
constexpr int place(int column) { return column + 1; }  // parameters count from 1, columns from 0

void put(sqlite::Statement& insert, int column, const Instant& instant) {
    insert.bind(place(column), instant.wall_us);
    insert.bind(place(column) + 1, instant.steady_us);
}

/// `text` is written when `present`, else the column stays NULL.
template <class Value>
void put(sqlite::Statement& insert, int column, std::string& text, bool present, const Value& value) {
    if (!present) return insert.bind_null(place(column));
    text.clear();
    record_text::write(text, value);
    insert.bind_text(place(column), text);
}

template <class Value>
void put(sqlite::Statement& insert, int column, std::string& text, const std::optional<Value>& value) {
    value ? put(insert, column, text, true, *value) : insert.bind_null(place(column));
}

void put_body(sqlite::Statement& insert, int column, BodyPacker& packer, std::string& packed,
              const Body& body) {
    insert.bind(place(column) + 2, static_cast<std::int64_t>(body.length));
    insert.bind_null(place(column) + 1);
    if (body.kept.empty()) return insert.bind_null(place(column));
    if (const auto smaller = packer.pack(body.kept)) {
        packed.assign(*smaller);  // the packer's own buffer serves both bodies of a row
        insert.bind_blob(place(column), packed);
        insert.bind_text(place(column) + 1, "zstd");
    } else {
        insert.bind_blob(place(column), body.kept);
    }
}

Instant instant(const sqlite::Statement& row, int column) { return read_instant(row, column, column + 1); }

std::optional<ConnectionId> connection(const sqlite::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return record_text::read_connection_id(row.bytes(column));
}

Body body(const sqlite::Statement& row, int column) {
    Body body;
    body.length = static_cast<std::uint64_t>(row.number(column + 2));
    if (row.is_null(column + 1)) {
        body.kept = row.text(column);
        return body;
    }
    auto kept = row.bytes(column + 1) == "zstd" ? unpack_body(row.bytes(column)) : std::nullopt;
    if (!kept) throw CaptureError("the capture is damaged: a body cannot be unpacked");
    body.kept = std::move(*kept);
    return body;
}

}  // namespace

const char* const kInsert =
    "INSERT OR REPLACE INTO exchange(" WHY401_EXCHANGE_COLUMNS
    ") VALUES(?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?, ?,?,?,?,?,?,?,?)";
const char* const kSelect = "SELECT " WHY401_EXCHANGE_COLUMNS " FROM exchange";

void Writer::write(sqlite::Statement& insert, const Exchange& exchange, std::optional<std::int64_t> seq) {
    insert.bind(place(Id), static_cast<std::int64_t>(number(exchange.id)));
    seq ? insert.bind(place(Seq), *seq) : insert.bind_null(place(Seq));
    const std::string client =
        exchange.client_connection ? to_string(*exchange.client_connection) : std::string();
    const std::string upstream =
        exchange.upstream_connection ? to_string(*exchange.upstream_connection) : std::string();
    client.empty() ? insert.bind_null(place(Client)) : insert.bind_text(place(Client), client);
    upstream.empty() ? insert.bind_null(place(Upstream)) : insert.bind_text(place(Upstream), upstream);
    insert.bind_text(place(Scheme), exchange.scheme);
    insert.bind_text(place(Authority), exchange.authority);
    insert.bind(place(InTunnel), exchange.in_tunnel);
    insert.bind(place(Status), exchange.status);
    insert.bind_text(place(OutcomeWord), record_text::word(exchange.outcome));
    insert.bind(place(AnsweredByUs), exchange.answered_by_us);
    put(insert, Started, exchange.timing.started);
    put(insert, RequestHeadAt, exchange.timing.request_head);
    put(insert, Forwarded, exchange.timing.forwarded);
    put(insert, ResponseHeadAt, exchange.timing.response_head);
    put(insert, Ended, exchange.timing.ended);
    insert.bind_blob(place(RequestHead), exchange.request.head);
    put(insert, RequestEdits, texts_[0], !exchange.request_edits.empty(), exchange.request_edits);
    put_body(insert, RequestBody, packer_, request_body_, exchange.request.body);
    put(insert, Interim, texts_[1], !exchange.interim.empty(), exchange.interim);
    insert.bind_blob(place(ResponseHead), exchange.response.head);
    put(insert, ResponseEdits, texts_[2], !exchange.response_edits.empty(), exchange.response_edits);
    put_body(insert, ResponseBody, packer_, response_body_, exchange.response.body);
    put(insert, FaultText, texts_[3], exchange.fault);
    put(insert, Decision, texts_[4], exchange.decision);
    put(insert, Injected, texts_[5], !exchange.injected.empty(), exchange.injected);
    insert.run_bound();
}

Row read(const sqlite::Statement& row) {
    Row result;
    if (!row.is_null(Seq)) result.seq = row.number(Seq);
    Exchange& exchange = result.exchange;
    exchange.id = static_cast<ExchangeId>(row.number(Id));
    exchange.client_connection = connection(row, Client);
    exchange.upstream_connection = connection(row, Upstream);
    exchange.scheme = row.text(Scheme);
    exchange.authority = row.text(Authority);
    exchange.in_tunnel = row.number(InTunnel) != 0;
    exchange.request = message_from_head(row.text(RequestHead), http1::HeadParser::Kind::Request);
    if (!row.is_null(RequestEdits)) exchange.request_edits = record_text::read_edits(row.bytes(RequestEdits));
    exchange.request.body = body(row, RequestBody);
    exchange.response = message_from_head(row.text(ResponseHead), http1::HeadParser::Kind::Response);
    if (!row.is_null(ResponseEdits))
        exchange.response_edits = record_text::read_edits(row.bytes(ResponseEdits));
    exchange.response.body = body(row, ResponseBody);
    if (!row.is_null(Interim)) exchange.interim = record_text::read_strings(row.bytes(Interim));
    exchange.status = static_cast<int>(row.number(Status));
    exchange.answered_by_us = row.number(AnsweredByUs) != 0;
    exchange.timing = {instant(row, Started), instant(row, RequestHeadAt), instant(row, Forwarded),
                       instant(row, ResponseHeadAt), instant(row, Ended)};
    exchange.outcome = record_text::read_outcome(row.bytes(OutcomeWord));
    if (!row.is_null(FaultText)) exchange.fault = record_text::read_fault(row.bytes(FaultText));
    if (!row.is_null(Decision)) exchange.decision = record_text::read_decision(row.bytes(Decision));
    if (!row.is_null(Injected)) exchange.injected = record_text::read_strings(row.bytes(Injected));
    return result;
}

}  // namespace why401::exchange_row
