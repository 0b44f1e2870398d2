#include "app/report_json.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <cstdio>
#include <ctime>

#include "app/exchange_tokens.h"
#include "app/json_text.h"
#include "app/tls_json.h"
#include "wire/base64.h"
#include "wire/utf8.h"

namespace why401 {
namespace {

namespace json = boost::json;
using json_out::text;
using json_out::text_or_null;
using json_out::texts;

/// null for what is not known.
json::value known(const std::optional<std::string>& bytes) {
    if (!bytes) return nullptr;
    return text(*bytes);
}
json::value id_or_null(const std::optional<ConnectionId>& id) {
    if (!id) return nullptr;
    return text(to_string(*id));
}
json::value time_or_null(const Instant& instant) { return text_or_null(utc_text(instant.wall_us)); }

json::value substatus_json(const std::optional<Substatus>& substatus) {
    if (!substatus) return nullptr;
    return json::object{{"value", text(substatus->value)},
                        {"basis", text(to_string(substatus->basis))},
                        {"confidence", text(to_string(substatus->confidence))}};
}

void add_reading(json::object& object, const ExchangeReading& reading) {
    object["substatus"] = substatus_json(reading.substatus);
    object["scheme"] = text_or_null(reading.scheme);
    object["leg"] = reading.leg.empty() ? json::string("none") : text(reading.leg);
    object["client_identity"] = known(reading.client_identity);
    object["identity"] = known(reading.identity);
    object["finding"] = text_or_null(reading.finding);
}

json::object evidence_json(const Evidence& evidence) {
    json::object object{{"exchange", number(evidence.exchange)}, {"at", text(evidence.at)}};
    if (evidence.bytes) {
        object["bytes"] = json::array{evidence.bytes->first, evidence.bytes->second};
    } else {
        object["bytes"] = nullptr;
    }
    object["says"] = text(evidence.says);
    return object;
}

double milliseconds(const Instant& from, const Instant& to) {
    return static_cast<double>(to.steady_us - from.steady_us) / 1000.0;
}

json::value duration(const Timing& timing) {
    if (timing.ended == Instant{}) return nullptr;
    return milliseconds(timing.started, timing.ended);
}

std::string_view word(Outcome outcome) {
    switch (outcome) {
        case Outcome::Unfinished: return "unfinished";
        case Outcome::Complete: return "complete";
        case Outcome::Tunnelled: return "tunnelled";
        case Outcome::Refused: return "refused";
        case Outcome::Broken: return "broken";
        case Outcome::Abandoned: return "abandoned";
    }
    return "unfinished";
}

std::string_view word(Fault::Whose whose) {
    switch (whose) {
        case Fault::Whose::Client: return "client";
        case Fault::Whose::Upstream: return "upstream";
        case Fault::Whose::Network: return "network";
        case Fault::Whose::Us: return "us";
    }
    return "us";
}

std::string_view word(CloseKind kind) {
    switch (kind) {
        case CloseKind::Fin: return "fin";
        case CloseKind::Reset: return "reset";
        case CloseKind::Timeout: return "timeout";
    }
    return "fin";
}

/// One character per byte (ISO 8859-1), so that evidence offsets are string indices in a browser.
json::object head_json(const Message& message) {
    json::array fields;
    for (const http1::FieldLine& line : message.parsed.fields)
        fields.emplace_back(json::object{{"name", text(utf8::from_latin1(line.name(message.head)))},
                                         {"value", text(utf8::from_latin1(line.value(message.head)))},
                                         {"bytes", json::array{line.begin, line.end - line.begin}},
                                         {"value_bytes", json::array{line.value_begin, line.value_length}}});
    return {{"head", text(utf8::from_latin1(message.head))}, {"fields", std::move(fields)}};
}

json::object body_json(const Body& body) {
    json::object object{{"length", body.length}, {"kept", body.kept.size()}, {"truncated", body.truncated()}};
    const bool readable = utf8::valid(body.kept) && body.kept.find('\0') == std::string::npos;
    object["text"] = readable ? json::value(text(body.kept)) : json::value(nullptr);
    object["base64"] = readable ? json::value(nullptr) : json::value(text(base64::encode(body.kept)));
    return object;
}

json::array edits_json(const std::vector<Edit>& edits) {
    json::array array;
    for (const Edit& edit : edits)
        array.emplace_back(json::object{{"offset", edit.offset},
                                        {"length", edit.length},
                                        {"text", text(utf8::from_latin1(edit.text))},
                                        {"because", text(edit.because)}});
    return array;
}

json::object message_json(const Message& message, const std::vector<Edit>& edits) {
    json::object object = head_json(message);
    object["edits"] = edits_json(edits);
    object["body"] = body_json(message.body);
    return object;
}

json::object timing_json(const Timing& timing) {
    return {{"started", time_or_null(timing.started)},
            {"request_head", time_or_null(timing.request_head)},
            {"forwarded", time_or_null(timing.forwarded)},
            {"response_head", time_or_null(timing.response_head)},
            {"ended", time_or_null(timing.ended)}};
}

std::string string_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (!value) return 0;
    boost::system::error_code error;
    const auto number = value->to_number<std::uint64_t>(error);
    return error ? 0 : number;
}

std::optional<std::string> optional_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (!value || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

template <class Value>
Value value_of(std::string_view word, std::initializer_list<Value> all, Value otherwise) {
    for (const Value value : all)
        if (to_string(value) == word) return value;
    return otherwise;
}

}  // namespace

std::string utf8_clean(std::string_view bytes) { return utf8::repaired(bytes); }

std::string utc_text(std::int64_t wall_us) {
    if (wall_us <= 0) return {};
    const std::time_t seconds = wall_us / 1'000'000;
    std::tm parts{};
    if (!::gmtime_r(&seconds, &parts)) return {};
    char date[64];
    const std::size_t length = std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(wall_us % 1'000'000));
    return std::string(date, length) + fraction;
}

ExchangeRow row_of(const Exchange& exchange) {
    return {exchange.id,
            exchange.client_connection,
            exchange.upstream_connection,
            std::string(exchange.request.method()),
            url(exchange),
            exchange.status,
            {},
            0};
}

json::object exchange_json(const ExchangeRow& row, const ExchangeReading& reading) {
    json::object object;
    object.reserve(16);
    object["id"] = number(row.id);
    object["client_connection"] = id_or_null(row.client_connection);
    object["upstream_connection"] = id_or_null(row.upstream_connection);
    object["method"] = text(row.method);
    object["url"] = text(row.url);
    object["status"] = row.status;
    add_reading(object, reading);
    if (row.source.empty()) return object;
    object["source"] = text(row.source);
    object["source_id"] = row.source_id;
    return object;
}

json::object live_exchange_json(const Exchange& exchange, const ExchangeReading& reading) {
    json::object object = exchange_json(row_of(exchange), reading);
    object["conversation"] = reading.conversation ? json::value(reading.conversation) : json::value(nullptr);
    object["time"] = time_or_null(exchange.timing.started);
    object["duration_ms"] = duration(exchange.timing);
    object["outcome"] = text(word(exchange.outcome));
    object["answered_by_us"] = exchange.answered_by_us;
    object["request_length"] = exchange.request.body.length;
    object["response_length"] = exchange.response.body.length;
    object["policy"] = exchange.decision ? text_or_null(exchange.decision->policy) : json::value(nullptr);
    return object;
}

json::object exchange_detail_json(const Exchange& exchange, const ExchangeReading& reading) {
    json::object object = live_exchange_json(exchange, reading);
    object["in_tunnel"] = exchange.in_tunnel;
    object["request"] = message_json(exchange.request, exchange.request_edits);
    object["response"] = message_json(exchange.response, exchange.response_edits);
    json::array interim;
    for (const std::string& head : exchange.interim) interim.emplace_back(text(utf8::from_latin1(head)));
    object["interim"] = std::move(interim);
    object["timing"] = timing_json(exchange.timing);
    object["decision"] =
        exchange.decision ? json::value(decision_json(*exchange.decision)) : json::value(nullptr);
    object["fault"] = exchange.fault ? json::value(fault_json(*exchange.fault)) : json::value(nullptr);
    object["injected"] = texts(exchange.injected);
    object["tokens"] = tokens_json(exchange);
    return object;
}

json::object reading_json(const ExchangeReading& reading) {
    json::object object;
    object.reserve(8);
    object["exchange"] = number(reading.exchange);
    add_reading(object, reading);
    object["conversation"] = reading.conversation;
    return object;
}

ExchangeReading reading_from_json(std::string_view bytes) {
    ExchangeReading reading;
    if (bytes.empty()) return reading;
    unsigned char room[2048];  // many are read for one list
    json::monotonic_resource memory(room, sizeof room);
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(bytes.data(), bytes.size()), error, &memory);
    if (error || !value.is_object()) return reading;
    const json::object& object = value.get_object();
    reading.exchange = static_cast<ExchangeId>(number_of(object, "exchange"));
    reading.scheme = string_of(object, "scheme");
    reading.leg = string_of(object, "leg");
    reading.client_identity = optional_of(object, "client_identity");
    reading.identity = optional_of(object, "identity");
    reading.finding = string_of(object, "finding");
    reading.conversation = number_of(object, "conversation");
    const json::value* substatus = object.if_contains("substatus");
    if (!substatus || !substatus->is_object()) return reading;
    const json::object& parts = substatus->get_object();
    using enum SubstatusBasis;
    using enum Confidence;
    reading.substatus = Substatus{
        string_of(parts, "value"), value_of(string_of(parts, "basis"), {Page, Log, Freb, Inferred}, Inferred),
        value_of(string_of(parts, "confidence"), {Possible, Likely, Certain}, Possible)};
    return reading;
}

json::object conversation_json(const ConversationReading& conversation) {
    json::array exchanges;
    exchanges.reserve(conversation.exchanges.size());
    for (const ExchangeId id : conversation.exchanges) exchanges.emplace_back(number(id));
    return {{"id", conversation.id},
            {"origin", text(conversation.origin)},
            {"scheme", text_or_null(conversation.scheme)},
            {"identity", text_or_null(conversation.identity)},
            {"exchanges", std::move(exchanges)},
            {"outcome", text(conversation.outcome)},
            {"verdict", text_or_null(conversation.verdict)}};
}

json::object finding_json(const Finding& finding) {
    json::array evidence;
    for (const Evidence& one : finding.evidence) evidence.emplace_back(evidence_json(one));
    json::object object;
    object["id"] = finding.id;
    object["rule"] = text(finding.rule);
    object["kind"] = text(to_string(finding.kind));
    object["severity"] = text(to_string(finding.severity));
    object["confidence"] = text(to_string(finding.confidence));
    object["title"] = text(finding.title);
    object["because"] = text(finding.because);
    object["culprit"] = text(to_string(finding.culprit));
    object["exchange"] = number(finding.exchange);
    object["conversation"] = finding.conversation ? json::value(finding.conversation) : json::value(nullptr);
    object["evidence"] = std::move(evidence);
    object["ruled_out"] = texts(finding.ruled_out);
    object["not_visible"] = texts(finding.not_visible);
    object["consequence"] = text(finding.consequence);
    object["fix"] = texts(finding.fix);
    object["sources"] = texts(finding.sources);
    return object;
}

json::object summary_json(const Summary& summary) {
    return {{"exchanges", summary.exchanges},         {"conversations", summary.conversations},
            {"status_401", summary.status_401},       {"normal_401", summary.normal_401},
            {"explained_401", summary.explained_401}, {"unexplained_401", summary.unexplained_401}};
}

json::object connection_json(const Connection& connection) {
    json::object object{{"id", text(to_string(connection.id))},
                        {"leg", connection.id.leg == Leg::Client ? "client" : "upstream"},
                        {"local", text(connection.local)},
                        {"peer", text(connection.peer)},
                        {"origin", text_or_null(connection.origin)},
                        {"opened_for", id_or_null(connection.opened_for)},
                        {"next_hop_is_proxy", connection.next_hop_is_proxy},
                        {"tunnel", connection.tunnel},
                        {"opened", time_or_null(connection.opened)},
                        {"closed", nullptr},
                        {"tls", nullptr},
                        {"carried", nullptr}};
    if (connection.tls) object["tls"] = tls_json(*connection.tls);
    if (connection.carried)
        object["carried"] = json::object{{"from_client", connection.carried->from_client},
                                         {"to_client", connection.carried->to_client}};
    if (connection.closing)
        object["closed"] = json::object{{"by", connection.closing->by == ClosedBy::Us ? "us" : "peer"},
                                        {"kind", text(word(connection.closing->kind))},
                                        {"because", text_or_null(connection.closing->because)},
                                        {"time", time_or_null(connection.closing->at)}};
    return object;
}

json::object decision_json(const PoolDecision& decision) {
    json::array candidates;
    for (const PoolCandidate& candidate : decision.candidates)
        candidates.emplace_back(json::object{{"connection", text(to_string(candidate.connection))},
                                             {"last_client", id_or_null(candidate.last_client)},
                                             {"private_to_other", candidate.private_to_other}});
    return {{"policy", text(decision.policy)},
            {"chosen", id_or_null(decision.chosen)},
            {"opened_new", decision.opened_new},
            {"because", text(decision.because)},
            {"candidates", std::move(candidates)}};
}

json::object fault_json(const Fault& fault) {
    return {{"whose", text(word(fault.whose))},
            {"stage", text(fault.stage)},
            {"what", text(fault.what)},
            {"clause", text_or_null(fault.clause)},
            {"offset", fault.offset ? json::value(*fault.offset) : json::value(nullptr)}};
}

}  // namespace why401
