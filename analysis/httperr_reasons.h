#pragma once
// What the words of HTTP.sys's own log mean (KB 820729), in words for an administrator.

#include <string_view>

#include "analysis/finding.h"

namespace why401 {

struct HttpErrReason {
    std::string_view word;  ///< s-reason: "QueueFull"
    std::string_view why;   ///< a clause
    std::string_view cure;
    Culprit culprit = Culprit::Unknown;
};

/// nullptr for a word that is not known.
const HttpErrReason* httperr_reason(std::string_view word);

}  // namespace why401
