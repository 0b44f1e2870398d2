#include "app/cli/map_command.h"

#include <cstdio>
#include <ostream>

#include "analysis/words.h"
#include "app/cli/map_lanes.h"
#include "app/explain_files.h"
#include "wire/utf8.h"

namespace why401::cli {
namespace {

constexpr std::size_t kLaneWidth = 8;
constexpr std::size_t kTargetWidth = 28;
constexpr std::int64_t kIdleWorthSaying = 2'000'000;

struct Glyphs {
    const char *anonymous, *handshake, *faint, *line, *bold, *arrow, *dot, *cross, *warning, *cut, *to;
};
constexpr Glyphs kUnicode{"·", "▒", "┄", "━", "═", "▶", "·", "✕", "⚠", "…", "→"};
constexpr Glyphs kAscii{".", "#", ".", "-", "=", ">", ".", "x", "!", "~", "->"};

std::string repeated(const char* glyph, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += glyph;
    return text;
}

/// Exactly `width` characters, cut or filled up.
std::string fitted(std::string_view text, std::size_t width, const Glyphs& glyphs) {
    std::string kept;
    std::size_t count = 0;
    while (!text.empty() && count < width) {
        const char32_t next = utf8::next(text);
        if (count + 1 == width && !text.empty()) {
            kept += glyphs.cut;
        } else {
            utf8::append(kept, next);
        }
        ++count;
    }
    return kept + std::string(width - count, ' ');
}

std::string seconds(std::int64_t microseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", static_cast<double>(microseconds) / 1e6);
    return text;
}

class Painter {
public:
    Painter(std::ostream& out, const Explanation& explanation, const Glyphs& glyphs)
        : out_(out), explanation_(explanation), glyphs_(glyphs) {
        for (const auto& [id, finding] : explanation.findings())
            if (finding.kind == FindingKind::Failure) failures_.emplace(number(finding.exchange), &finding);
    }

    void paint(const OriginMap& map) {
        const std::size_t clients = std::min(map.clients.size(), kMostLanes);
        const std::size_t upstreams = std::min(map.upstreams.size(), kMostLanes);
        paint_title(map, clients, upstreams);
        std::size_t policy = 0;
        const MapRow* before = nullptr;
        for (const MapRow& row : map.rows) {
            paint_gap(before, row, policy);
            paint_row(map, row, clients, upstreams);
            before = &row;
        }
        out_ << "\n";
    }

    void paint_legend(const IdentityLetters& letters) {
        out_ << " legend  C client connections, U upstream connections   lanes: " << glyphs_.anonymous
             << " anonymous   " << glyphs_.handshake << " handshake";
        for (std::size_t i = 0; i < letters.names.size(); ++i)
            out_ << "   " << static_cast<char>('A' + i) << " " << printable(letters.names[i], 60);
        out_ << "\n         requests: " << repeated(glyphs_.faint, 2) << " without credentials   "
             << repeated(glyphs_.line, 2) << " others   " << repeated(glyphs_.bold, 2) << " with a finding, "
             << glyphs_.cross << " which is named\n";
    }

private:
    void paint_title(const OriginMap& map, std::size_t clients, std::size_t upstreams) {
        out_ << " Connection map " << glyphs_.dot << " " << printable(map.origin, 120) << "   "
             << map.clients.size() << " client " << glyphs_.dot << " " << map.upstreams.size() << " upstream "
             << glyphs_.dot << " " << map.rows.size()
             << (map.rows.size() == 1 ? " exchange\n" : " exchanges\n");
        out_ << std::string(kMargin, ' ')
             << fitted("CLIENT SIDE (what it believes)", clients * kLaneWidth + kBox, glyphs_)
             << "UPSTREAM SIDE (what the server knows)\n";
        out_ << std::string(kMargin, ' ');
        for (std::size_t i = 0; i < clients; ++i)
            out_ << fitted(to_string(map.clients[i]), kLaneWidth, glyphs_);
        out_ << std::string(kBox, ' ');
        for (std::size_t i = 0; i < upstreams; ++i)
            out_ << fitted(to_string(map.upstreams[i]), kLaneWidth, glyphs_);
        out_ << "\n";
    }

    /// Idle time worth knowing, and each change of the policy, between two rows.
    void paint_gap(const MapRow* before, const MapRow& row, std::size_t& policy) {
        std::string words;
        const Instant now = row.exchange->started;
        if (before && now.steady_us - before->exchange->started.steady_us > kIdleWorthSaying)
            words = seconds(now.steady_us - before->exchange->started.steady_us) + " s later ";
        const auto& policies = explanation_.policies();
        for (; policy < policies.size() && policies[policy].at.steady_us <= now.steady_us; ++policy)
            words += std::string(words.empty() ? "" : std::string(glyphs_.dot) + " ") + "policy " +
                     printable(policies[policy].before, 40) + " " + glyphs_.to + " " +
                     printable(policies[policy].policy, 40) + " ";
        if (!words.empty())
            out_ << "      " << repeated(glyphs_.dot, 5) << " " << words << repeated(glyphs_.dot, 5) << "\n";
    }

    static LaneCell cell_at(const std::vector<LaneCell>& cells, std::size_t lane) {
        return lane < cells.size() ? cells[lane] : LaneCell{};
    }

    std::string cell(const LaneCell& cell) const {
        switch (cell.state) {
            case LaneState::Unused: return " ";
            case LaneState::Anonymous: return glyphs_.anonymous;
            case LaneState::Handshake: return glyphs_.handshake;
            case LaneState::Known: return std::string(1, cell.letter);
        }
        return " ";
    }

    const char* line(const MapRow& row) const {
        if (finding(row)) return glyphs_.bold;
        return row.exchange->reading.leg == "anonymous" ? glyphs_.faint : glyphs_.line;
    }

    /// The primary failure of this exchange, if it has one.
    const Finding* finding(const MapRow& row) const {
        const auto found = failures_.find(number(row.exchange->row.id));
        return found == failures_.end() ? nullptr : found->second;
    }

    void paint_row(const OriginMap& map, const MapRow& row, std::size_t clients, std::size_t upstreams) {
        const ExplainedExchange& exchange = *row.exchange;
        char number_text[24];
        std::snprintf(number_text, sizeof number_text, "#%llu",
                      static_cast<unsigned long long>(number(exchange.row.id)));
        const Instant first = map.rows.front().exchange->started;
        char lead[64];
        std::snprintf(lead, sizeof lead, " %-6s%8s  ", number_text,
                      seconds(exchange.started.steady_us - first.steady_us).c_str());
        out_ << fitted(lead, kMargin, glyphs_);
        const char* stroke = line(row);
        // Left of its own lane the line has not begun; right of it, it passes over the lanes of the others.
        const std::size_t from = row.client ? std::min(*row.client, kMostLanes - 1) : clients;
        for (std::size_t i = 0; i < clients; ++i) {
            const LaneCell shown = i == from ? row.client_cell : cell_at(row.clients, i);
            const bool passes = i > from && shown.state == LaneState::Unused;
            out_ << (passes ? stroke : cell(shown))
                 << (i >= from ? repeated(stroke, kLaneWidth - 1) : std::string(kLaneWidth - 1, ' '));
        }
        out_ << box(map, row);
        const std::size_t to = row.upstream ? std::min(*row.upstream, kMostLanes - 1) : upstreams;
        for (std::size_t i = 0; i < upstreams; ++i) {
            const LaneCell shown = i == to ? row.upstream_cell : cell_at(row.upstreams, i);
            const bool passes = row.upstream && i < to && shown.state == LaneState::Unused;
            out_ << (passes ? stroke : cell(shown)) << after_lane(row, i, to, stroke);
        }
        out_ << marks(row) << "\n";
    }

    std::string after_lane(const MapRow& row, std::size_t lane, std::size_t to, const char* stroke) const {
        if (!row.upstream || lane >= to) return std::string(kLaneWidth - 1, ' ');
        return repeated(stroke, kLaneWidth - 2) + (lane + 1 == to ? glyphs_.arrow : stroke);
    }

    std::string box(const OriginMap& map, const MapRow& row) const {
        const ExplainedExchange& exchange = *row.exchange;
        const ExchangeReading& reading = exchange.reading;
        std::string target = exchange.row.url;
        if (target.substr(0, map.origin.size()) == map.origin && target.size() > map.origin.size())
            target = target.substr(map.origin.size());
        std::string step = printable(reading.scheme, 12);
        if (reading.leg == "negotiate") step += " type 1";
        if (reading.leg == "authenticate") step += " type 3";
        if (reading.leg == "none" || reading.leg == "anonymous") step.clear();
        const bool at_first_lane = row.upstream && *row.upstream == 0;
        return "( " +
               fitted(printable(exchange.row.method, 10) + " " + printable(target, 200), kTargetWidth,
                      glyphs_) +
               " " + fitted(step, 16, glyphs_) + " " + fitted(exchange.status_text(), 6, glyphs_) + " )" +
               (row.upstream ? repeated(line(row), 3) + (at_first_lane ? glyphs_.arrow : line(row)) : "    ");
    }

    std::string marks(const MapRow& row) const {
        std::string text;
        const ExplainedExchange& exchange = *row.exchange;
        if (const Finding* one = finding(row))
            text += std::string(" ") + (one->severity >= Severity::Error ? glyphs_.cross : glyphs_.warning) +
                    " " + std::string(one->rule);
        if (row.names_differ) text += " (served as " + printable(*exchange.reading.identity, 60) + ")";
        if ((exchange.row.status == 401 || exchange.row.status == 407) && text.empty() &&
            !exchange.reading.finding.empty())
            text += std::string(" ") + glyphs_.dot + " normal";
        if ((row.client && *row.client >= kMostLanes) || (row.upstream && *row.upstream >= kMostLanes))
            text += " " + (row.client ? to_string(*exchange.row.client_connection) : "?") + glyphs_.to +
                    (row.upstream ? to_string(*exchange.row.upstream_connection) : "?");
        return text;
    }

    static constexpr std::size_t kMargin = 18;
    static constexpr std::size_t kBox = 2 + kTargetWidth + 1 + 16 + 1 + 6 + 2 + 4;

    std::ostream& out_;
    const Explanation& explanation_;
    const Glyphs& glyphs_;
    std::map<std::uint64_t, const Finding*> failures_;  ///< by exchange
};

}  // namespace

int map_command(const MapOptions& options, std::ostream& out, std::ostream& err) {
    if (options.file.empty()) {
        err << "why401 map: which capture?\n";
        return 2;
    }
    try {
        const ExplainedFiles files = explain_files({options.file});
        IdentityLetters letters;
        const std::vector<OriginMap> maps = lanes_of(*files.explanation, letters);
        Painter painter(out, *files.explanation, options.ascii ? kAscii : kUnicode);
        for (const OriginMap& map : maps) painter.paint(map);
        if (maps.empty()) out << " no exchanges\n";
        painter.paint_legend(letters);
        return 0;
    } catch (const UnreadableInput& error) {
        err << "why401 map: " << error.what() << "\n";
        return 3;
    }
}

}  // namespace why401::cli
