#include "app/cli/rules_command.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>
#include <vector>

#include "analysis/rule.h"
#include "analysis/words.h"

namespace why401::cli {
namespace {

namespace json = boost::json;

json::string text(std::string_view words) { return json::string(words.data(), words.size()); }

std::vector<const RuleText*> by_id() {
    const auto all = all_rules();
    std::vector<const RuleText*> rules(all.begin(), all.end());
    std::sort(rules.begin(), rules.end(), [](const RuleText* a, const RuleText* b) { return a->id < b->id; });
    return rules;
}

json::object rule_json(const RuleText& rule) {
    json::array fix, sources;
    for (const std::string_view line : rule.fix) fix.emplace_back(text(line));
    for (const Source& source : rule.sources)
        sources.emplace_back(
            json::object{{"title", text(source.title)},
                         {"url", source.url.empty() ? json::value(nullptr) : text(source.url)}});
    return {{"id", text(rule.id)},
            {"title", text(rule.title)},
            {"kind", text(to_string(rule.kind))},
            {"severity", text(to_string(rule.severity))},
            {"explanation", text(rule.explanation)},
            {"needs", text(rule.needs)},
            {"scene", text(rule.scene)},
            {"fix", std::move(fix)},
            {"sources", std::move(sources)}};
}

std::string source_line(const Source& source, bool markdown) {
    if (source.url.empty()) return std::string(source.title);
    if (markdown) return "[" + std::string(source.title) + "](" + std::string(source.url) + ")";
    return std::string(source.title) + " " + std::string(source.url);
}

void write_rule(std::ostream& out, const RuleText& rule) {
    out << rule.id << "  " << to_string(rule.severity) << ", " << to_string(rule.kind) << "\n"
        << rule.title << "\n";
    if (!rule.explanation.empty()) out << "\n" << rule.explanation << "\n";
    if (!rule.needs.empty()) out << "\nNeeds: " << rule.needs << "\n";
    if (!rule.scene.empty()) out << "\nSee it happen: " << rule.scene << "\n";
    if (!rule.fix.empty()) out << "\nDo next\n";
    for (std::size_t i = 0; i < rule.fix.size(); ++i) out << "  " << i + 1 << ". " << rule.fix[i] << "\n";
    if (!rule.sources.empty()) out << "\nSources\n";
    for (const Source& source : rule.sources) out << "  " << source_line(source, false) << "\n";
}

void write_markdown(std::ostream& out, const RuleText& rule) {
    out << "\n## " << rule.id << "\n\n**" << rule.title << "**\n\nSeverity " << to_string(rule.severity)
        << ", kind " << to_string(rule.kind) << ".";
    if (!rule.needs.empty()) out << " Needs " << rule.needs << ".";
    out << "\n";
    if (!rule.explanation.empty()) out << "\n" << rule.explanation << "\n";
    if (!rule.scene.empty()) out << "\nSee it happen: " << rule.scene << "\n";
    if (!rule.fix.empty()) out << "\nDo next:\n\n";
    for (std::size_t i = 0; i < rule.fix.size(); ++i) out << i + 1 << ". " << rule.fix[i] << "\n";
    if (!rule.sources.empty()) out << "\nSources:\n\n";
    for (const Source& source : rule.sources) out << "- " << source_line(source, true) << "\n";
}

void write_all(const RulesOptions& options, std::ostream& out) {
    const std::vector<const RuleText*> rules = by_id();
    if (options.json) {
        json::array array;
        for (const RuleText* rule : rules) array.emplace_back(rule_json(*rule));
        out << json::serialize(array) << "\n";
        return;
    }
    if (options.markdown) {
        out << "# Rules\n\nMade by `why401 rules --markdown > docs/rules.md`; the words live in "
               "`analysis/rules/`.\n";
        for (const RuleText* rule : rules) write_markdown(out, *rule);
        return;
    }
    std::size_t widest = 0;
    for (const RuleText* rule : rules) widest = std::max(widest, rule->id.size());
    for (const RuleText* rule : rules) {
        const std::string_view severity = to_string(rule->severity);
        out << rule->id << std::string(widest - rule->id.size() + 2, ' ') << severity
            << std::string(severity.size() < 10 ? 10 - severity.size() : 1, ' ') << rule->title << "\n";
    }
}

}  // namespace

int rules_command(const RulesOptions& options, std::ostream& out, std::ostream& err) {
    if (options.id.empty()) {
        write_all(options, out);
        return 0;
    }
    const RuleText* rule = find_rule(options.id);
    if (!rule) {
        err << "why401 rules: there is no rule " << printable(options.id, 60)
            << " (why401 rules lists them)\n";
        return 2;
    }
    if (options.json) {
        out << json::serialize(rule_json(*rule)) << "\n";
    } else if (options.markdown) {
        write_markdown(out, *rule);
    } else {
        write_rule(out, *rule);
    }
    return 0;
}

}  // namespace why401::cli
