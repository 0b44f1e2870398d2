#include "app/explain_text.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <utility>

#include "analysis/words.h"
#include "app/check_json.h"
#include "app/explain_logs.h"

namespace why401 {
namespace {

constexpr std::size_t kMoreLines = 10;  // further findings of one rule that get a line

std::string_view words(Culprit culprit) {
    switch (culprit) {
        case Culprit::ThisProxy: return "this proxy";
        case Culprit::Intermediary: return "an intermediary (proxy, gateway or load balancer)";
        case Culprit::Client: return "the client";
        case Culprit::Server: return "the server";
        case Culprit::Network: return "the network";
        case Culprit::Unknown: return "not known";
    }
    return "not known";
}

std::string_view words(Fault::Whose whose) {
    switch (whose) {
        case Fault::Whose::Client: return "the client";
        case Fault::Whose::Upstream: return "the server";
        case Fault::Whose::Network: return "the network";
        case Fault::Whose::Us: return "this proxy";
    }
    return "not known";
}

std::string plural(std::uint64_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

void write_sources(std::ostream& out, const std::vector<ExplainedSource>& sources) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (sources.size() > 1) out << static_cast<char>('A' + i) << "  ";
        out << printable(sources[i].path) << ": " << plural(sources[i].exchanges, "exchange") << "\n";
        if (sources[i].sanitized)
            out << "  without credentials: whoever wrote it left them out or blackened them, which hides why "
                   "a "
                   "login was refused\n";
        if (sources[i].not_recorded > 0)
            out << "  not whole: " << plural(sources[i].not_recorded, "exchange")
                << (is_log(sources[i]) ? " could not be read (" : " passed and could not be recorded (")
                << printable(sources[i].because) << ")\n";
        for (const std::string& note : sources[i].notes) out << "  " << printable(note, 400) << "\n";
    }
}

void write_summary(std::ostream& out, const Summary& summary) {
    out << plural(summary.exchanges, "exchange") << ", " << plural(summary.conversations, "conversation")
        << "; " << summary.status_401 << " answered 401 or 407: " << summary.normal_401 << " normal, "
        << summary.explained_401 << " explained, " << summary.unexplained_401 << " unexplained\n";
}

void write_list(std::ostream& out, std::string_view title, const std::vector<std::string>& lines,
                bool numbered) {
    if (lines.empty()) return;
    out << "  " << title << "\n";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out << "    ";
        if (numbered) out << i + 1 << ". ";
        out << lines[i] << "\n";
    }
}

/// The line of the log that the evidence points at.
void write_row(std::ostream& out, const Evidence& evidence, const Explanation& explanation) {
    const auto found = explanation.exchanges().find(number(evidence.exchange));
    if (found == explanation.exchanges().end() || !found->second.log) return;
    const LogLine& log = *found->second.log;
    out << "      line " << log.line << ": " << printable(log.text, 400) << "\n";
}

void write_evidence(std::ostream& out, const std::vector<Evidence>& evidence,
                    const Explanation& explanation) {
    if (evidence.empty()) return;
    out << "  Evidence\n";
    for (const Evidence& one : evidence) {
        out << "    exchange " << number(one.exchange);
        if (!one.at.empty()) out << ", " << one.at;
        if (one.bytes) out << ", bytes " << one.bytes->first << "+" << one.bytes->second;
        out << ": " << one.says << "\n";
        if (one.at == "log.line") write_row(out, one, explanation);
    }
}

void write_finding(std::ostream& out, const Finding& finding, const Explanation& explanation) {
    out << "\n"
        << to_string(finding.severity) << "  " << finding.rule << "  (" << to_string(finding.confidence)
        << ")\n";
    out << "  " << finding.title << "\n";
    out << "  " << finding.because << "\n";
    if (const auto found = explanation.exchanges().find(number(finding.exchange));
        found != explanation.exchanges().end())
        out << "  At " << line_of(found->second) << "\n";
    out << "  Guilty: " << words(finding.culprit) << "\n";
    write_evidence(out, finding.evidence, explanation);
    write_list(out, "Ruled out", finding.ruled_out, false);
    write_list(out, "Not visible from here", finding.not_visible, false);
    if (!finding.consequence.empty()) out << "  Consequence\n    " << finding.consequence << "\n";
    std::vector<std::string> beneath;
    for (const Finding* one : explanation.beneath(finding))
        beneath.push_back(std::string(one->rule) + ": " + one->because);
    write_list(out, "Noticed in the same attempt", beneath, false);
    write_list(out, "Do next", finding.fix, true);
    write_list(out, "Sources", finding.sources, false);
}

/// The findings of one rule: the first whole, then a line for each of the others.
void write_group(std::ostream& out, const std::vector<const Finding*>& group,
                 const Explanation& explanation) {
    write_finding(out, *group.front(), explanation);
    for (std::size_t i = 1; i < std::min(group.size(), kMoreLines + 1); ++i)
        out << "  The same in exchange " << number(group[i]->exchange) << ": " << group[i]->because << "\n";
    if (group.size() > kMoreLines + 1) out << "  and " << group.size() - kMoreLines - 1 << " more\n";
}

void write_checks(std::ostream& out, const Explanation& explanation) {
    if (!explanation.was_checked()) return;
    if (explanation.checks().empty()) {
        out << "\nNothing in this record could be checked with what was given: no credentials of that user, "
               "no "
               "ticket.\n";
        return;
    }
    out << "\nChecked with what was given:\n";
    std::size_t lines = 0;
    for (const auto& [id, outcome] : explanation.checks())
        for (const std::string& line : check_lines(*outcome))
            if (lines++ < kMoreLines) out << "  exchange " << id << ": " << line << "\n";
    if (lines > kMoreLines) out << "  and " << lines - kMoreLines << " more (--json has them all)\n";
}

/// What went wrong without being a matter of logins, by kind and by whose fault it was.
void write_unserved(std::ostream& out, const std::map<std::uint64_t, Unserved>& unserved) {
    std::map<std::pair<Outcome, Fault::Whose>, std::vector<std::uint64_t>> groups;
    for (const auto& [id, one] : unserved) groups[{one.outcome, one.whose}].push_back(id);
    for (const auto& [kind, ids] : groups)
        out << "\n"
            << plural(ids.size(), "exchange")
            << (kind.first == Outcome::Broken ? " broke off" : " had to be answered by the proxy")
            << ". Guilty: " << words(kind.second) << ".\n  "
            << (ids.size() > 1 ? "The first is exchange " : "Exchange ") << ids.front() << ": "
            << printable(unserved.at(ids.front()).what) << "\n";
}

bool passed_unread(const Explanation& explanation) {
    for (const auto& [id, finding] : explanation.findings())
        if (finding.rule == "TUNNEL-OPAQUE-001") return true;
    return false;
}

using Groups = std::vector<std::vector<const Finding*>>;

/// By rule, the gravest first, else in order of appearance. `told`: left out.
Groups groups_of(const Explanation& explanation, FindingKind kind, const std::set<std::uint64_t>& told = {}) {
    Groups groups;
    for (const auto& [id, finding] : explanation.findings()) {
        if (finding.kind != kind || told.count(id) != 0) continue;
        const auto same =
            std::find_if(groups.begin(), groups.end(),
                         [rule = finding.rule](const auto& group) { return group.front()->rule == rule; });
        if (same != groups.end()) {
            same->push_back(&finding);
        } else {
            groups.push_back({&finding});
        }
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.front()->severity > b.front()->severity; });
    return groups;
}

/// "line 12 of the log, from 10.0.0.9"
std::string of_log(const LogLine& log) {
    std::string text = log.source == LogLine::Source::Freb
                           ? std::string("the trace")
                           : "line " + std::to_string(log.line) + " of the log";
    if (!log.client_ip.empty()) text += ", from " + printable(log.client_ip, 60);
    return text;
}

}  // namespace

std::string line_of(const ExplainedExchange& exchange) {
    const ExchangeRow& row = exchange.row;
    std::string line = "exchange " + std::to_string(number(row.id)) + ": " + printable(row.method, 20) + " " +
                       printable(row.url, 200);
    if (row.status != 0) line += " -> " + exchange.status_text();
    if (row.client_connection) line += ", " + to_string(*row.client_connection);
    if (row.upstream_connection) line += " -> " + to_string(*row.upstream_connection);
    if (exchange.log) line += ", " + of_log(*exchange.log);
    return line;
}

void write_report(std::ostream& out, const Explanation& explanation,
                  const std::vector<ExplainedSource>& sources) {
    write_sources(out, sources);
    write_summary(out, explanation.summary());
    write_checks(out, explanation);
    const Groups failures = groups_of(explanation, FindingKind::Failure);
    for (const auto& group : failures) write_group(out, group, explanation);
    const auto unserved = explanation.unserved();
    write_unserved(out, unserved);
    if (failures.empty())
        out << (unserved.empty() ? "\nNothing wrong here" : "\nNothing else wrong here")
            << (explanation.summary().normal_401 > 0 ? ": every 401 and 407 is a normal step of a login" : "")
            << (passed_unread(explanation) ? ", as far as it was read: tunnels passed unread.\n" : ".\n");
    std::set<std::uint64_t> told;  // beneath the first of a group, which is the one that is told whole
    for (const auto& group : failures)
        for (const Finding* one : explanation.beneath(*group.front())) told.insert(one->id);
    const Groups postures = groups_of(explanation, FindingKind::Posture, told);
    if (!postures.empty()) out << "\nNoticed besides, and no cause of a refusal:\n";
    for (const auto& group : postures) write_group(out, group, explanation);
}

}  // namespace why401
