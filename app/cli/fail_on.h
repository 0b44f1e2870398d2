#pragma once
// `--fail-on`: which findings make the exit code 1. A list, separated by commas, of
//   critical | error | warning | info    failures of that severity or above
//   posture:critical ...                 posture findings of that severity or above
//   NTLM-POOL-001, NTLM-POOL-*           a rule, or all that match
//   none                                 nothing

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/finding.h"

namespace why401::cli {

class FailOn {
public:
    /// Throws std::invalid_argument with a sentence when a word is neither, or matches no rule.
    explicit FailOn(std::string_view text);
    bool holds(const Finding& finding) const;

private:
    struct Threshold {
        FindingKind kind;
        Severity least;
    };
    std::vector<Threshold> thresholds_;
    std::vector<std::string> patterns_;
};

}  // namespace why401::cli
