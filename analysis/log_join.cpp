#include "analysis/log_join.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "analysis/log_trail.h"

namespace why401 {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kWidest = 300 * kSecond;   // clocks that differ by more are not compared
constexpr std::int64_t kTolerance = 2 * kSecond;  // rows know seconds, and are written a moment later
constexpr std::size_t kMostVotes = 64;            // of one exchange, on the difference of the clocks

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Without the ids that Exchange adds to the query of a row.
std::string_view as_sent(std::string_view path) {
    for (const std::string_view added : {"&CorrelationID=", "&ClientId=", "&cafeReqId="})
        path = path.substr(0, path.find(added));
    if (path.ends_with('?')) path.remove_suffix(1);
    return path;
}

/// As IIS writes a path: escapes undone, blanks as pluses. The query stands as it came.
std::string as_logged(std::string_view path) {
    std::string out;
    const std::size_t query = std::min(path.find('?'), path.size());
    for (std::size_t i = 0; i < query; ++i) {
        char c = path[i];
        if (c == '%' && i + 2 < query && hex_digit(path[i + 1]) >= 0 && hex_digit(path[i + 2]) >= 0) {
            c = static_cast<char>(hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2]));
            i += 2;
        }
        out += c == ' ' ? '+' : c;
    }
    return out.append(path.substr(query));
}

/// "/a/b?c" of whatever form the target has.
std::string_view path_of(std::string_view target) {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return target;
    const std::size_t path = target.find('/', scheme + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

/// One exchange as one witness saw it.
struct Sight {
    std::size_t index = 0;  ///< in its record
    std::int64_t at_us = 0;
    std::optional<std::uint16_t> port;  ///< from which the server was reached
};

/// What both witnesses must agree on, and who saw it.
using Sights = std::map<std::string, std::vector<Sight>>;

bool is_challenge(const Exchange& exchange) {
    if (exchange.status != 401) return false;
    const ExchangeFacts facts = read_facts(exchange);
    return log_leg(facts) == LogLeg::Challenge || facts.challenges().ntlm.has_value();
}

std::string agreement(const Exchange& exchange, std::string_view agent) {
    std::string key(exchange.request.method());
    key += " " + std::to_string(exchange.status) + (is_challenge(exchange) ? " challenge " : " ");
    key += as_logged(as_sent(path_of(exchange.request.target()))) + " ";
    key += agent.substr(0, 300);
    std::replace(key.begin(), key.end(), ' ', '+');
    return key;
}

std::optional<std::uint16_t> port_of(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const unsigned long port = std::strtoul(std::string(address.substr(colon + 1)).c_str(), nullptr, 10);
    return port == 0 || port > 65'535 ? std::nullopt : std::optional(static_cast<std::uint16_t>(port));
}

bool knows_agents(const std::vector<RecordItem>& log) {
    return std::any_of(log.begin(), log.end(), [](const RecordItem& item) {
        const auto* row = std::get_if<Exchange>(&item);
        return row != nullptr && row->log && !row->log->user_agent.empty();
    });
}

Sights seen_in_log(const std::vector<RecordItem>& log, bool agents) {
    Sights seen;
    for (std::size_t i = 0; i < log.size(); ++i) {
        const auto* row = std::get_if<Exchange>(&log[i]);
        if (row == nullptr || !row->log || row->status == 0) continue;
        seen[agreement(*row, agents ? row->log->user_agent : std::string())].push_back(
            {i, row->timing.ended.wall_us, row->log->client_port});
    }
    return seen;
}

/// Of the record: what came from the server, and has no row of such a log yet.
Sights seen_in_record(const std::vector<RecordItem>& record, LogLine::Source source, bool agents) {
    std::unordered_map<ConnectionId, std::optional<std::uint16_t>> ports;
    for (const RecordItem& item : record)
        if (const auto* connection = std::get_if<Connection>(&item))
            ports[connection->id] = port_of(connection->local);
    Sights seen;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto* exchange = std::get_if<Exchange>(&record[i]);
        if (exchange == nullptr || (exchange->log && exchange->log->source == source) ||
            exchange->answered_by_us || exchange->status == 0 || exchange->status == 407 ||
            exchange->outcome == Outcome::Tunnelled)
            continue;
        Sight sight{i, exchange->timing.ended.wall_us, std::nullopt};
        if (exchange->upstream_connection && ports.contains(*exchange->upstream_connection))
            sight.port = ports.at(*exchange->upstream_connection);
        const std::string_view agent = exchange->log && exchange->log->alone
                                           ? exchange->log->user_agent
                                           : value(exchange->request, "User-Agent");
        seen[agreement(*exchange, agents ? agent : std::string_view())].push_back(sight);
    }
    return seen;
}

/// The difference, in whole seconds, that most pairs of like exchanges have in common; the smallest of
/// equals.
std::optional<std::int64_t> learn_offset(const Sights& record, const Sights& log) {
    std::map<std::int64_t, std::uint64_t> votes;
    for (const auto& [key, seen] : record) {
        const auto rows = log.find(key);
        if (rows == log.end()) continue;
        for (const Sight& sight : seen) {
            std::size_t voted = 0;
            for (const Sight& row : rows->second) {
                const std::int64_t apart = row.at_us - sight.at_us;
                if (std::abs(apart) > kWidest || ++voted > kMostVotes) continue;
                ++votes[apart < 0 ? -((-apart + kSecond - 1) / kSecond) : apart / kSecond];
            }
        }
    }
    std::optional<std::int64_t> best;
    std::uint64_t most = 0;
    for (const auto& [second, own] : votes) {
        const auto next = votes.find(second + 1);
        const std::uint64_t count = own + (next == votes.end() ? 0 : next->second);
        if (count < most || (count == most && best && std::abs(second) >= std::abs(*best))) continue;
        most = count;
        best = second;
    }
    return best ? std::optional(*best * kSecond) : std::nullopt;
}

/// Of a log and a trace of the same exchange: what the one does not say, the other may.
void complete(LogLine& line, const LogLine& other) {
    if (!line.substatus) line.substatus = other.substatus;
    if (!line.win32) line.win32 = other.win32;
    for (auto field :
         {&LogLine::user, &LogLine::reason, &LogLine::module, &LogLine::notification, &LogLine::auth_type})
        if ((line.*field).empty()) line.*field = other.*field;
    if (!line.client_port) line.client_port = other.client_port;
}

/// What kind of log it is: the first row says.
std::optional<LogLine::Source> source_of(const std::vector<RecordItem>& log) {
    for (const RecordItem& item : log)
        if (const auto* row = std::get_if<Exchange>(&item); row != nullptr && row->log)
            return row->log->source;
    return std::nullopt;
}

class Joiner {
public:
    Joiner(std::vector<RecordItem>& record, std::vector<RecordItem>& log, Joined& joined)
        : record_(record), log_(log), joined_(joined) {}

    /// Those of one kind, in order on both sides. Groups that are apart in time are looked at one by one.
    void join(std::vector<Sight> seen, std::vector<Sight> rows) {
        join_by_port(seen, rows);
        const auto earlier = [](const Sight& a, const Sight& b) { return a.at_us < b.at_us; };
        std::stable_sort(seen.begin(), seen.end(), earlier);
        std::stable_sort(rows.begin(), rows.end(), earlier);
        auto row = rows.begin();
        for (auto from = seen.begin(); from != seen.end();) {
            auto to = std::next(from);
            while (to != seen.end() && to->at_us - std::prev(to)->at_us <= 2 * kTolerance) ++to;
            while (row != rows.end() && row->at_us < expected(*from) - kTolerance) ++row;
            auto end = row;
            while (end != rows.end() && end->at_us <= expected(*std::prev(to)) + kTolerance) ++end;
            pair(from, to, row, end);
            row = end;
            from = to;
        }
    }

private:
    using At = std::vector<Sight>::iterator;

    std::int64_t expected(const Sight& sight) const { return sight.at_us + joined_.clock_offset_us; }

    void join_by_port(std::vector<Sight>& seen, std::vector<Sight>& rows) {
        const auto known = [](const Sight& sight) { return sight.port.has_value(); };
        if (std::none_of(seen.begin(), seen.end(), known)) return;
        std::erase_if(seen, [&](const Sight& sight) {
            if (!sight.port) return false;
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const Sight& one) {
                return one.port == sight.port && std::abs(one.at_us - expected(sight)) <= kTolerance;
            });
            if (row == rows.end()) return false;
            put(sight, *row);
            rows.erase(row);
            return true;
        });
        std::erase_if(rows, known);  // of other connections
    }

    void pair(At from, At to, At row, At end) {
        if (row == end) return;
        bool fits = std::distance(from, to) == std::distance(row, end);
        for (auto a = from, b = row; fits && a != to; ++a, ++b)
            fits = std::abs(b->at_us - expected(*a)) <= kTolerance;
        if (!fits) joined_.ambiguous += static_cast<std::uint64_t>(std::distance(from, to));
        for (; fits && from != to; ++from, ++row) put(*from, *row);
    }

    void put(const Sight& sight, const Sight& row) {
        auto& exchange = std::get<Exchange>(record_[sight.index]);
        const Exchange& witness = std::get<Exchange>(log_[row.index]);
        const LogLine& other = *witness.log;
        const bool from_log = exchange.log && exchange.log->alone;
        auto line = std::make_shared<LogLine>(exchange.log ? *exchange.log : other);
        line->alone = from_log && other.alone;
        if (from_log && !other.alone) {  // a trace with the credentials
            exchange.request = witness.request;
            exchange.response = witness.response;
        }
        if (exchange.log) complete(*line, other);
        exchange.log = std::move(line);
        std::get<Exchange>(log_[row.index]).log.reset();  // marks it as used
        ++joined_.rows;
    }

    std::vector<RecordItem>& record_;
    std::vector<RecordItem>& log_;
    Joined& joined_;
};

}  // namespace

Joined join_log(std::vector<RecordItem>& record, std::vector<RecordItem>& log) {
    Joined joined;
    const auto source = source_of(log);
    if (!source) return joined;
    const bool agents = knows_agents(log);
    Sights seen = seen_in_record(record, *source, agents), rows = seen_in_log(log, agents);
    const auto offset = learn_offset(seen, rows);
    if (!offset) return joined;
    joined.clock_offset_us = *offset;
    Joiner joiner(record, log, joined);
    for (auto& [key, sights] : seen)
        if (const auto same = rows.find(key); same != rows.end())
            joiner.join(std::move(sights), std::move(same->second));
    std::erase_if(log, [](const RecordItem& item) {
        const auto* row = std::get_if<Exchange>(&item);
        return row != nullptr && !row->log;
    });
    return joined;
}

}  // namespace why401
