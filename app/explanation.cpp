#include "app/explanation.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "app/check_json.h"
#include "app/json_text.h"
namespace why401 {
namespace {

namespace json = boost::json;

json::array sources_json(const std::vector<ExplainedSource>& sources) {
    json::array array;
    for (const ExplainedSource& source : sources) {
        const std::string path = utf8_clean(source.path);
        array.emplace_back(json::object{{"path", json::string(path.data(), path.size())},
                                        {"kind", json::string(source.kind.data(), source.kind.size())},
                                        {"exchanges", source.exchanges},
                                        {"sanitized", source.sanitized},
                                        {"notes", json_out::texts(source.notes)},
                                        {"not_recorded", source.not_recorded}});
    }
    return array;
}

json::object log_json(const LogLine& line) {
    json::object object{{"line", line.line}, {"text", json_out::text(line.text)}};
    object["client"] = json_out::text_or_null(line.client_ip);
    object["win32"] = line.win32 ? json::value(*line.win32) : json::value(nullptr);
    if (line.repaired) object["repaired"] = true;
    return object;
}

/// One object of a list, on a line of its own: a long report can be read, compared and searched by line.
template <class Values, class ToJson>
void append_list(std::string& out, std::string_view name, const Values& values, ToJson&& to_json) {
    out.append(",\n\"").append(name).append("\": [");
    bool first = true;
    for (const auto& [id, value] : values) {
        out += first ? "\n" : ",\n";
        first = false;
        out += json::serialize(to_json(value));
    }
    out += first ? "]" : "\n]";
}

}  // namespace

std::string ExplainedExchange::status_text() const {
    if (row.status == 0) return "-";
    const bool known = reading.substatus && reading.substatus->confidence >= Confidence::Likely;
    return known ? reading.substatus->value : std::to_string(row.status);
}

Explanation::Explanation()
    : diagnosis_(
          {[this](const Finding& finding) { findings_.insert_or_assign(finding.id, finding); },
           [this](std::uint64_t id) { findings_.erase(id); },
           [this](const ExchangeReading& reading) { exchanges_[number(reading.exchange)].reading = reading; },
           [this](const ConversationReading& conversation) {
               conversations_.insert_or_assign(conversation.id, conversation);
           }}) {}

void Explanation::add(const RecordItem& item, std::string source, std::uint64_t source_id) {
    const auto* exchange = std::get_if<Exchange>(&item);
    if (exchange == nullptr || !check_) return take(item, std::move(source), source_id);
    RecordItem checked = *exchange;
    auto& copy = std::get<Exchange>(checked);
    check_(copy);
    if (copy.proof) checks_.insert_or_assign(number(copy.id), copy.proof);
    take(checked, std::move(source), source_id);
}

void Explanation::take(const RecordItem& item, std::string source, std::uint64_t source_id) {
    if (const auto* exchange = std::get_if<Exchange>(&item)) {
        ExplainedExchange& explained = exchanges_[number(exchange->id)];
        explained.row = row_of(*exchange);
        explained.reading.exchange = exchange->id;
        explained.row.source = std::move(source);
        explained.row.source_id = source_id;
        explained.started = exchange->timing.started;
        explained.log = exchange->log;
        if (exchange->fault && (exchange->outcome == Outcome::Broken || exchange->answered_by_us))
            unserved_[number(exchange->id)] = {exchange->outcome, exchange->fault->whose,
                                               exchange->fault->what};
    }
    if (const auto* connection = std::get_if<Connection>(&item))
        connections_.insert_or_assign(connection->id, *connection);
    if (const auto* policy = std::get_if<PolicyChanged>(&item)) policies_.push_back(*policy);
    diagnosis_.add(item);
}

std::map<std::uint64_t, Unserved> Explanation::unserved() const {
    std::map<std::uint64_t, Unserved> left = unserved_;
    for (const auto& [id, finding] : findings_) left.erase(number(finding.exchange));
    return left;
}

Summary Explanation::summary() const {
    Summary summary = diagnosis_.summary();
    summary.exchanges += passed_over_;
    return summary;
}

void Explanation::finish() { diagnosis_.finish(); }

std::vector<const Finding*> Explanation::beneath(const Finding& failure) const {
    std::vector<const Finding*> out;
    if (failure.kind != FindingKind::Failure || failure.conversation == 0) return out;
    for (const auto& [id, finding] : findings_)
        if (finding.kind == FindingKind::Posture && finding.conversation == failure.conversation)
            out.push_back(&finding);
    return out;
}

std::string explanation_json(const Explanation& explanation, const std::vector<ExplainedSource>& sources,
                             const std::string& version) {
    std::string out = "{\"why401\": " + json::serialize(json::string(version.data(), version.size()));
    out += ",\n\"sources\": " + json::serialize(sources_json(sources));
    out += ",\n\"summary\": " + json::serialize(summary_json(explanation.summary()));
    append_list(out, "exchanges", explanation.exchanges(), [](const ExplainedExchange& one) {
        json::object object = exchange_json(one.row, one.reading);
        if (one.log) object["log"] = log_json(*one.log);
        return object;
    });
    append_list(out, "conversations", explanation.conversations(), conversation_json);
    append_list(out, "findings", explanation.findings(), finding_json);
    std::map<std::uint64_t, json::array> folded;
    for (const auto& [id, finding] : explanation.findings())
        for (const Finding* one : explanation.beneath(finding)) folded[id].emplace_back(one->id);
    std::vector<std::pair<std::uint64_t, json::value>> beneath;
    for (auto& [id, ids] : folded)
        beneath.emplace_back(id, json::object{{"finding", id}, {"noticed", std::move(ids)}});
    if (!beneath.empty()) append_list(out, "beneath", beneath, [](const json::value& one) { return one; });
    if (explanation.was_checked()) {
        std::vector<std::pair<std::uint64_t, json::value>> checks;
        for (const auto& [id, outcome] : explanation.checks())
            for (json::value& check : checks_json(id, *outcome)) checks.emplace_back(id, std::move(check));
        append_list(out, "checks", checks, [](const json::value& check) { return check; });
    }
    return out + "}\n";
}

}  // namespace why401
