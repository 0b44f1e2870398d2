#include "app/cli/fail_on.h"

#include <algorithm>
#include <optional>

#include "analysis/rule.h"
#include "wire/ascii.h"

namespace why401::cli {
namespace {

std::optional<Severity> severity_of(std::string_view word) {
    for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error, Severity::Critical})
        if (to_string(severity) == word) return severity;
    return std::nullopt;
}

/// `*` stands for any run of characters; letters compare in any case. Linear but for the last star.
bool matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && same_name(pattern.substr(p, 1), text.substr(t, 1))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

bool matches_a_rule(std::string_view pattern) {
    const auto rules = all_rules();
    return std::any_of(rules.begin(), rules.end(),
                       [&](const RuleText* rule) { return matches(pattern, rule->id); });
}

}  // namespace

FailOn::FailOn(std::string_view text) {
    constexpr std::string_view kPosture = "posture:";
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (word == "none" || word.empty()) continue;
        const bool posture = word.substr(0, kPosture.size()) == kPosture;
        if (const auto severity = severity_of(posture ? word.substr(kPosture.size()) : word)) {
            thresholds_.push_back({posture ? FindingKind::Posture : FindingKind::Failure, *severity});
        } else if (!posture && matches_a_rule(word)) {
            patterns_.emplace_back(word);
        } else {
            throw std::invalid_argument(
                "--fail-on: \"" + std::string(word) +
                "\" is no severity (critical, error, warning, info), posture:SEVERITY, "
                "\"none\", or rule (why401 rules lists them)");
        }
    }
}

bool FailOn::holds(const Finding& finding) const {
    for (const Threshold& threshold : thresholds_)
        if (finding.kind == threshold.kind && finding.severity >= threshold.least) return true;
    for (const std::string& pattern : patterns_)
        if (matches(pattern, finding.rule)) return true;
    return false;
}

}  // namespace why401::cli
