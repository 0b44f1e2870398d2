#include "app/api/record_routes.h"

#include <algorithm>
#include <boost/json.hpp>

#include "app/report_json.h"

namespace why401::api {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMostListed = 250'000;
constexpr std::uint64_t kDefaultRows = 200;
constexpr std::uint64_t kMostRows = 1000;
constexpr std::size_t kRowsAtATime = 500;
constexpr std::size_t kMostScanned =
    20'000;  // per call, so that a filter that finds nothing still answers soon
constexpr std::size_t kMostIds = 1000;
constexpr std::size_t kMostWholeIds = 300;  // of exchanges, each of which is read whole

Reply bad_ids(std::size_t most) {
    return sentence(400, "`ids` names at most " + std::to_string(most) + ", with commas between them.");
}

json::array rows_of(const std::vector<LiveExchange>& exchanges) {
    json::array rows;
    for (const LiveExchange& live : exchanges)
        rows.push_back(live_exchange_json(*live.exchange, live.reading));
    return rows;
}

/// "C1,U3"
std::optional<std::vector<ConnectionId>> connection_ids(std::string_view text) {
    std::vector<ConnectionId> ids;
    while (true) {
        const auto comma = text.find(',');
        const std::string_view name = text.substr(0, comma);
        const auto number = number_or(name.substr(std::min<std::size_t>(name.size(), 1)), 0);
        const bool known = name.size() > 1 && (name[0] == 'C' || name[0] == 'U');
        if (!known || !number || ids.size() == kMostIds) return std::nullopt;
        ids.push_back({name.front() == 'C' ? Leg::Client : Leg::Upstream, *number});
        if (comma == std::string_view::npos) return ids;
        text.remove_prefix(comma + 1);
    }
}

Reply some_exchanges(const std::string& ids, const RecordView& record) {
    const auto wanted = numbers(ids, kMostWholeIds);
    if (!wanted) return bad_ids(kMostWholeIds);
    return json_reply({{"exchanges", rows_of(record.exchanges(*wanted))}, {"next", nullptr}});
}

}  // namespace

Reply get_list(const Call& call, const RecordView& record) {
    const auto after = number_or(query_value(call.query, "after"), 0);
    const auto limit = number_or(query_value(call.query, "limit"), kMostListed);
    if (!after || !limit || *limit == 0)
        return sentence(400, "`after` is the id of an exchange, `limit` a number from 1 to " +
                                 std::to_string(kMostListed) + ".");
    ListQuestion question{Filter(query_value(call.query, "filter")), *after, std::min(*limit, kMostListed),
                          std::nullopt};
    if (const std::string ids = query_value(call.query, "ids"); !ids.empty()) {
        question.only = numbers(ids, kMostIds);
        if (!question.only) return bad_ids(kMostIds);
    }
    return {200, "application/json", record.list(question).json() + "\n", {}};
}

Reply get_exchanges(const Call& call, const RecordView& record) {
    if (const std::string ids = query_value(call.query, "ids"); !ids.empty())
        return some_exchanges(ids, record);
    const auto after = number_or(query_value(call.query, "after"), 0);
    const auto limit = number_or(query_value(call.query, "limit"), kDefaultRows);
    if (!after || !limit || *limit == 0)
        return sentence(400, "`after` is the id of an exchange, `limit` a number from 1 to 1000.");
    const std::size_t wanted = std::min(*limit, kMostRows);
    const Filter filter(query_value(call.query, "filter"));

    json::array rows;
    std::uint64_t last = *after;
    std::size_t scanned = 0;
    bool more = true;
    while (more && rows.size() < wanted && scanned < kMostScanned) {
        const std::vector<LiveExchange> batch = record.exchanges(last, kRowsAtATime);
        more = batch.size() == kRowsAtATime;
        for (const LiveExchange& live : batch) {
            if (rows.size() == wanted) {
                more = true;
                break;
            }
            ++scanned;
            last = number(live.exchange->id);
            if (filter.matches(*live.exchange, live.reading))
                rows.push_back(live_exchange_json(*live.exchange, live.reading));
        }
    }
    return json_reply(
        {{"exchanges", std::move(rows)}, {"next", more ? json::value(last) : json::value(nullptr)}});
}

Reply get_exchange(const Call& call, const RecordView& record) {
    const auto id = number_or(std::string_view(call.path).substr(call.path.rfind('/') + 1), 0);
    const auto live = id ? record.exchange(ExchangeId{*id}) : std::nullopt;
    if (!live) return sentence(404, "There is no exchange of that id, or it is no longer kept.");
    return json_reply(exchange_detail_json(*live->exchange, live->reading));
}

Reply get_connections(const Call& call, const RecordView& record) {
    const std::string ids = query_value(call.query, "ids");
    if (ids.empty()) return json_list("connections", record.connections());
    const auto wanted = connection_ids(ids);
    return wanted ? json_list("connections", record.connections(*wanted)) : bad_ids(kMostIds);
}

Reply get_conversations(const Call& call, const RecordView& record) {
    const std::string ids = query_value(call.query, "ids");
    if (ids.empty()) return json_list("conversations", record.conversations());
    const auto wanted = numbers(ids, kMostIds);
    return wanted ? json_list("conversations", record.conversations(*wanted)) : bad_ids(kMostIds);
}

Reply get_findings(const Call& call, const RecordView& record) {
    const std::string exchange = query_value(call.query, "exchange");
    const auto id = number_or(exchange, 0), limit = number_or(query_value(call.query, "limit"), SIZE_MAX);
    if (!id || !limit || *limit == 0 || (*id == 0 && !exchange.empty()))
        return sentence(400, "`exchange` is the id of an exchange, `limit` a number from 1.");
    return json_list("findings", *id != 0 ? record.findings_of(ExchangeId{*id}) : record.findings(*limit));
}

Reply get_switches(const Call&, const RecordView& record) { return json_list("switches", record.switches()); }

}  // namespace why401::api
