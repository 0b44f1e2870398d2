#pragma once
// What a rule answers when it is asked about one exchange. "Does not apply" and "cannot tell" are different
// things: silence never means fine.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/case.h"
#include "analysis/rule.h"

namespace why401 {

struct NotApplicable {};

/// The answer depends on what the client does next.
struct Waiting {};

/// The record lacks something; `missing` completes "to decide this one would need ...".
struct CannotTell {
    std::string missing;
};

/// The words and proofs of this case; title, fix and sources come from the rule.
struct Found {
    Confidence confidence = Confidence::Possible;
    Culprit culprit = Culprit::Unknown;
    std::string because;
    std::vector<Evidence> evidence;
    std::vector<std::string> ruled_out, not_visible;
    std::string consequence;
    std::vector<std::string> first_fix;  ///< what to do in this case, before the rule's own advice
    std::optional<Severity> severity;    ///< when it differs from the rule's
    /// Of the conversation: "broken" when the server never got to decide, empty when the login can still go
    /// on.
    std::string_view outcome = "refused";
};

using Verdict = std::variant<NotApplicable, Waiting, CannotTell, Found>;

/// A rule: its words, and its test of the facts.
struct Rule {
    RuleText text;
    Verdict (*check)(const Case&) = nullptr;
    /// Of a failure: the same matter as a risk, where it explains no refusal itself. Told as a posture.
    Verdict (*beside)(const Case&) = nullptr;

    /// NORM-*: names a leg that belongs to a healthy login; never a finding.
    bool normal() const { return text.id.starts_with("NORM-"); }
};

/// Every rule in the order of asking; the first that finds something is the primary one.
std::span<const Rule* const> rules_in_order();

}  // namespace why401
