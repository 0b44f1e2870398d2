#include "store/item_rows.h"

#include <string>

#include "store/capture.h"
#include "store/record_text.h"
#include "store/row_values.h"
#include "store/tls_text.h"

namespace why401::item_rows {
namespace {

void write_event(sqlite::Statement& insert, std::int64_t seq, std::string_view kind, const Instant& at,
                 const std::string& detail) {
    insert.bind(1, seq);
    insert.bind_text(2, kind);
    insert.bind(3, at.wall_us);
    insert.bind(4, at.steady_us);
    insert.bind_text(5, detail);
    insert.run();
}

}  // namespace

const char* const kInsertConnection =
    "INSERT INTO connection(seq, connection, local, peer, origin, opened_for, next_hop_is_proxy, tunnel, "
    "opened_wall_us, opened_steady_us, closed_by, close_kind, closed_wall_us, closed_steady_us, "
    "closed_because, tls, carried_from_client, carried_to_client) "
    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
#define WHY401_SELECT_CONNECTIONS(tls)                                                                     \
    "SELECT seq, connection, local, peer, origin, opened_for, next_hop_is_proxy, tunnel, opened_wall_us, " \
    "opened_steady_us, closed_by, close_kind, closed_wall_us, closed_steady_us, closed_because, " tls      \
    " FROM connection "
#define WHY401_TLS_COLUMNS "tls, carried_from_client, carried_to_client"
#define WHY401_NO_TLS_COLUMNS "NULL, NULL, NULL"
#define WHY401_ALL "ORDER BY seq"
#define WHY401_SOME "WHERE connection IN (SELECT value FROM json_each(?)) ORDER BY seq"

const char* select_connections(std::uint32_t version) {
    return version == 1 ? WHY401_SELECT_CONNECTIONS(WHY401_NO_TLS_COLUMNS) WHY401_ALL
                        : WHY401_SELECT_CONNECTIONS(WHY401_TLS_COLUMNS) WHY401_ALL;
}
const char* select_some_connections(std::uint32_t version) {
    return version == 1 ? WHY401_SELECT_CONNECTIONS(WHY401_NO_TLS_COLUMNS) WHY401_SOME
                        : WHY401_SELECT_CONNECTIONS(WHY401_TLS_COLUMNS) WHY401_SOME;
}
const char* const kInsertEvent = "INSERT INTO event(seq, kind, wall_us, steady_us, detail) VALUES(?,?,?,?,?)";
const char* const kSelectEvents = "SELECT seq, kind, wall_us, steady_us, detail FROM event ORDER BY seq";

void write(sqlite::Statement& insert, const Connection& connection, std::int64_t seq) {
    const std::string id = to_string(connection.id);
    const std::string opened_for = connection.opened_for ? to_string(*connection.opened_for) : std::string();
    insert.bind(1, seq);
    insert.bind_text(2, id);
    insert.bind_text(3, connection.local);
    insert.bind_text(4, connection.peer);
    insert.bind_text(5, connection.origin);
    if (connection.opened_for) insert.bind_text(6, opened_for);
    insert.bind(7, connection.next_hop_is_proxy);
    insert.bind(8, connection.tunnel);
    insert.bind(9, connection.opened.wall_us);
    insert.bind(10, connection.opened.steady_us);
    if (connection.closing) {
        insert.bind_text(11, record_text::word(connection.closing->by));
        insert.bind_text(12, record_text::word(connection.closing->kind));
        insert.bind(13, connection.closing->at.wall_us);
        insert.bind(14, connection.closing->at.steady_us);
        insert.bind_text(15, connection.closing->because);
    }
    std::string tls;
    if (connection.tls) {
        tls_text::write(tls, *connection.tls);
        insert.bind_text(16, tls);
    }
    if (connection.carried) {
        insert.bind(17, static_cast<std::int64_t>(connection.carried->from_client));
        insert.bind(18, static_cast<std::int64_t>(connection.carried->to_client));
    }
    insert.run();
}

void write(sqlite::Statement& insert, const PolicyChanged& event, std::int64_t seq) {
    std::string detail = R"({"policy":)";
    record_text::write_string(detail, event.policy);
    detail += R"(,"before":)";
    record_text::write_string(detail, event.before);
    write_event(insert, seq, "policy", event.at, detail + "}");
}

void write(sqlite::Statement& insert, const FaultsChanged& event, std::int64_t seq) {
    std::string detail = R"({"enabled":)";
    record_text::write(detail, event.enabled);
    write_event(insert, seq, "faults", event.at, detail + "}");
}

void write(sqlite::Statement& insert, const FaultSeen& event, std::int64_t seq) {
    std::string detail = R"({"connection":)";
    record_text::write_string(detail, event.connection ? to_string(*event.connection) : std::string());
    detail += R"(,"fault":)";
    record_text::write(detail, event.fault);
    write_event(insert, seq, "fault", event.at, detail + "}");
}

void write(sqlite::Statement& insert, const NotRecorded& event, std::int64_t seq) {
    std::string detail = R"({"exchanges":)" + std::to_string(event.exchanges) + R"(,"because":)";
    record_text::write_string(detail, event.because);
    write_event(insert, seq, "not-recorded", event.at, detail + "}");
}

void write(sqlite::Statement& insert, const InterceptionChanged& event, std::int64_t seq) {
    std::string detail = R"({"intercept":)";
    record_text::write(detail, event.intercept);
    detail += R"(,"tunnel":)";
    record_text::write(detail, event.tunnel);
    write_event(insert, seq, "interception", event.at, detail + "}");
}

Connection read_connection(const sqlite::Statement& row) {
    Connection connection;
    connection.id = record_text::read_connection_id(row.bytes(1));
    connection.local = row.text(2);
    connection.peer = row.text(3);
    connection.origin = row.text(4);
    if (!row.is_null(5)) connection.opened_for = record_text::read_connection_id(row.bytes(5));
    connection.next_hop_is_proxy = row.number(6) != 0;
    connection.tunnel = row.number(7) != 0;
    connection.opened = read_instant(row, 8, 9);
    if (!row.is_null(10))
        connection.closing =
            Closing{record_text::read_closed_by(row.bytes(10)), record_text::read_close_kind(row.bytes(11)),
                    read_instant(row, 12, 13), row.text(14)};
    if (!row.is_null(15)) connection.tls = std::make_shared<const TlsFacts>(tls_text::read(row.bytes(15)));
    if (!row.is_null(16))
        connection.carried =
            Carried{static_cast<std::uint64_t>(row.number(16)), static_cast<std::uint64_t>(row.number(17))};
    return connection;
}

RecordItem read_event(const sqlite::Statement& row) {
    const std::string kind = row.text(1);
    const Instant at = read_instant(row, 2, 3);
    const std::string detail = row.text(4);
    if (kind == "policy")
        return PolicyChanged{record_text::read_member(detail, "policy"),
                             record_text::read_member(detail, "before"), at};
    if (kind == "faults") return FaultsChanged{record_text::read_strings(detail, "enabled"), at};
    if (kind == "interception")
        return InterceptionChanged{record_text::read_strings(detail, "intercept"),
                                   record_text::read_strings(detail, "tunnel"), at};
    if (kind == "not-recorded")
        return NotRecorded{record_text::read_number(detail, "exchanges"),
                           record_text::read_member(detail, "because"), at};
    if (kind != "fault") throw CaptureError("the capture is damaged: it holds an event of an unknown kind");
    const std::string connection = record_text::read_member(detail, "connection");
    FaultSeen seen{std::nullopt, record_text::read_fault_member(detail), at};
    if (!connection.empty()) seen.connection = record_text::read_connection_id(connection);
    return seen;
}

}  // namespace why401::item_rows
