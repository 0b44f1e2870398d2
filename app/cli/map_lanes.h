#pragma once
// What the lanes of a connection map show at each exchange: for each connection of one origin, who is
// believed to be logged in on it. Facts only; map_command draws them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/explanation.h"

namespace why401::cli {

constexpr std::size_t kMostLanes = 12;  ///< drawn on each side; further ones share the last

enum class LaneState : std::uint8_t {
    Unused,  ///< not opened yet, or closed
    Anonymous,
    Handshake,
    Known,  ///< as the letter says
};

struct LaneCell {
    LaneState state = LaneState::Unused;
    char letter = 0;  ///< of Known
};

struct MapRow {
    const ExplainedExchange* exchange = nullptr;
    std::optional<std::size_t> client, upstream;  ///< its lanes
    LaneCell client_cell, upstream_cell;          ///< theirs once it was over
    std::vector<LaneCell> clients, upstreams;     ///< the lanes that are drawn, as they stood
    bool names_differ = false;  ///< the client is believed to be one, and was served as another
};

struct OriginMap {
    std::string origin;
    std::vector<ConnectionId> clients, upstreams;  ///< lanes in order of their first use
    std::vector<MapRow> rows;
};

struct IdentityLetters {
    char letter_of(const std::string& identity);  ///< A, B ... Z, then '?'
    std::vector<std::string> names;               ///< of A, B ...
};

/// The maps of all origins, in order of their first exchange.
std::vector<OriginMap> lanes_of(const Explanation& explanation, IdentityLetters& letters);

}  // namespace why401::cli
