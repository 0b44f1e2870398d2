#pragma once
// What a finding tells its reader to do and to expect, beyond the words of its rule: the setting of the
// product at hand, and what the client's program does next. It adds words and refuses to change a verdict.

#include "analysis/case.h"
#include "analysis/finding.h"

namespace why401 {

/// Puts the product's own setting before the general fixes, and the program's next step behind the
/// consequence.
void add_advice(const Case& c, Finding& finding);

}  // namespace why401
