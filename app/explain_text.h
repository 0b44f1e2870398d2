#pragma once
// An explanation for a person: verdict first, in plain words, then what proves it, what was ruled out, what
// cannot be seen, and what to do. Findings of one rule stand together; only the first of them is told whole.

#include <iosfwd>
#include <vector>

#include "app/explanation.h"

namespace why401 {

void write_report(std::ostream& out, const Explanation& explanation,
                  const std::vector<ExplainedSource>& sources);

/// "exchange 8: GET http://web01/logo.png -> 401.2, C1 -> U3"; harmless for a terminal.
std::string line_of(const ExplainedExchange& exchange);

}  // namespace why401
