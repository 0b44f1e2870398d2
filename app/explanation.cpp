#include "app/explanation.h"

#include <boost/json/serialize.hpp>
#include <utility>

namespace why401 {
namespace {

namespace json = boost::json;

json::array sources_json(const std::vector<ExplainedSource>& sources) {
    json::array array;
    for (const ExplainedSource& source : sources) {
        const std::string path = utf8_clean(source.path);
        json::array remarks;
        for (const std::string& remark : source.remarks)
            remarks.emplace_back(json::string(utf8_clean(remark)));
        array.emplace_back(json::object{{"path", json::string(path.data(), path.size())},
                                        {"kind", json::string(source.kind.data(), source.kind.size())},
                                        {"exchanges", source.exchanges},
                                        {"sanitized", source.sanitized},
                                        {"not_recorded", source.not_recorded},
                                        {"remarks", std::move(remarks)}});
    }
    return array;
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
    if (const auto* exchange = std::get_if<Exchange>(&item)) {
        ExplainedExchange& explained = exchanges_[number(exchange->id)];
        explained.row = row_of(*exchange);
        explained.reading.exchange = exchange->id;
        explained.row.source = std::move(source);
        explained.row.source_id = source_id;
        explained.started = exchange->timing.started;
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

void Explanation::finish() { diagnosis_.finish(); }

std::string explanation_json(const Explanation& explanation, const std::vector<ExplainedSource>& sources,
                             const std::string& version) {
    std::string out = "{\"why401\": " + json::serialize(json::string(version.data(), version.size()));
    out += ",\n\"sources\": " + json::serialize(sources_json(sources));
    out += ",\n\"summary\": " + json::serialize(summary_json(explanation.summary()));
    append_list(out, "exchanges", explanation.exchanges(),
                [](const ExplainedExchange& one) { return exchange_json(one.row, one.reading); });
    append_list(out, "conversations", explanation.conversations(), conversation_json);
    append_list(out, "findings", explanation.findings(), finding_json);
    return out + "}\n";
}

}  // namespace why401
