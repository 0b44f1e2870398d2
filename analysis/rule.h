#pragma once
// One diagnosis: its words and its test of the facts. All the text a user reads about a cause lives in its
// rule.

#include <initializer_list>
#include <span>
#include <string_view>

#include "analysis/finding.h"

namespace why401 {

struct Source {
    std::string_view title;
    std::string_view url;  ///< may be empty
};

/// The words of a rule; the catalogue (`why401 rules`, docs/rules.md) is made from them.
struct RuleText {
    std::string_view id;     ///< stable, never reused: "NTLM-POOL-001"
    std::string_view title;  ///< completes "You are getting 401 because ..."
    Severity severity = Severity::Error;
    FindingKind kind = FindingKind::Failure;
    std::string_view explanation;
    std::span<const std::string_view> fix;
    std::span<const Source> sources;
    std::string_view
        needs;  ///< what a record must hold for this rule to decide, for a person: "both connection ids"
    std::string_view scene =
        {};  ///< how a person sees it happen: a command with the lab, a fault or a policy;
             ///< else the test case that shows it: "analysis/refusal_test.cpp NtlmFail001"
};

/// Every rule in the order in which they are asked. Static storage.
std::span<const RuleText* const> all_rules();
/// nullptr when there is none of that id (case-insensitive).
const RuleText* find_rule(std::string_view id);

}  // namespace why401
