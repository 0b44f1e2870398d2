#include "app/cli/map_lanes.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "wire/ascii.h"

namespace why401::cli {
namespace {

/// "http://web01" of "http://web01/logo.png"; a CONNECT's "web01:443" is its own origin.
std::string origin_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::string(url);
    return std::string(url.substr(0, url.find_first_of("/?#", scheme + 3)));
}

/// Schemes whose login belongs to the connection (RFC 4559 1, MS-NTHT 1.1).
bool is_connection_based(std::string_view scheme) {
    return same_name(scheme, "NTLM") || same_name(scheme, "Negotiate") || same_name(scheme, "Kerberos");
}

/// The connections of one side, numbered in order of their first use.
class Lanes {
public:
    explicit Lanes(std::vector<ConnectionId>& ids) : ids_(ids) {}
    std::size_t of(ConnectionId id) {
        const auto [place, is_new] = places_.try_emplace(id, ids_.size());
        if (is_new) {
            ids_.push_back(id);
            known_.emplace_back();
        }
        return place->second;
    }
    LaneCell& known(std::size_t lane) { return known_[lane]; }

    /// What the drawn lanes show at that moment; closed connections show nothing.
    std::vector<LaneCell> standing(const Explanation& explanation, Instant now) const {
        std::vector<LaneCell> cells(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                         known_.size(), kMostLanes)));
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto found = explanation.connections().find(ids_[i]);
            if (found != explanation.connections().end() && found->second.closing &&
                found->second.closing->at.steady_us < now.steady_us)
                cells[i] = {};
        }
        return cells;
    }

private:
    std::vector<ConnectionId>& ids_;
    std::unordered_map<ConnectionId, std::size_t> places_;
    std::vector<LaneCell> known_;
};

/// Follows the lanes of one origin from row to row.
class Follower {
public:
    Follower(const Explanation& explanation, IdentityLetters& letters, OriginMap& map)
        : explanation_(explanation),
          letters_(letters),
          map_(map),
          clients_(map.clients),
          upstreams_(map.upstreams) {}

    void add(const ExplainedExchange& exchange) {
        MapRow row;
        row.exchange = &exchange;
        const ExchangeReading& reading = exchange.reading;
        if (exchange.row.client_connection) row.client = clients_.of(*exchange.row.client_connection);
        if (exchange.row.upstream_connection) row.upstream = upstreams_.of(*exchange.row.upstream_connection);
        row.clients = clients_.standing(explanation_, exchange.started);
        row.upstreams = upstreams_.standing(explanation_, exchange.started);
        if (row.client)
            row.client_cell = settle(clients_.known(*row.client), reading, reading.client_identity);
        if (row.upstream)
            row.upstream_cell = settle(upstreams_.known(*row.upstream), reading, reading.identity);
        row.names_differ = reading.identity && reading.client_identity != reading.identity;
        map_.rows.push_back(std::move(row));
    }

private:
    /// What a lane shows after an exchange; `known` becomes what it shows from then on.
    LaneCell settle(LaneCell& known, const ExchangeReading& reading,
                    const std::optional<std::string>& identity) {
        LaneCell cell{LaneState::Anonymous, 0};
        if (reading.leg == "negotiate") {
            cell.state = LaneState::Handshake;
        } else if (identity) {
            cell = {LaneState::Known, letters_.letter_of(*identity)};
        } else if (reading.leg == "authenticate") {
            cell.state = LaneState::Handshake;
        } else if (known.state == LaneState::Known) {
            cell = known;
        }
        // What one request alone brought (Basic, Digest) says nothing about the next one.
        const bool stays =
            cell.state != LaneState::Known || reading.leg != "single" || is_connection_based(reading.scheme);
        known = stays ? cell : LaneCell{LaneState::Anonymous, 0};
        return cell;
    }

    const Explanation& explanation_;
    IdentityLetters& letters_;
    OriginMap& map_;
    Lanes clients_, upstreams_;
};

}  // namespace

char IdentityLetters::letter_of(const std::string& identity) {
    const auto found = std::find(names.begin(), names.end(), identity);
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (place >= 26) return '?';
    if (found == names.end()) names.push_back(identity);
    return static_cast<char>('A' + place);
}

std::vector<OriginMap> lanes_of(const Explanation& explanation, IdentityLetters& letters) {
    std::vector<std::pair<std::string, std::vector<const ExplainedExchange*>>> origins;
    std::map<std::string, std::size_t> places;
    for (const auto& [id, exchange] : explanation.exchanges()) {
        const auto [place, is_new] = places.try_emplace(origin_of(exchange.row.url), origins.size());
        if (is_new) origins.emplace_back(place->first, std::vector<const ExplainedExchange*>{});
        origins[place->second].second.push_back(&exchange);
    }
    std::vector<OriginMap> maps;
    for (const auto& [origin, exchanges] : origins) {
        OriginMap map;
        map.origin = origin;
        Follower follower(explanation, letters, map);
        for (const ExplainedExchange* exchange : exchanges) follower.add(*exchange);
        maps.push_back(std::move(map));
    }
    return maps;
}

}  // namespace why401::cli
