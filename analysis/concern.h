#pragma once
// Which exchanges are worth a question, and what a finding has to
// admit. It refuses to find anything.

#include <string>
#include <vector>

#include "analysis/case.h"

namespace why401 {

/// Nothing of a login in it, but what stands around one, or broke one off.
bool concerns_surroundings(const Case& c);

/// Only these can mean anything to a login; all others pass without a question.
bool concerns_login(const Case& c);

/// A substatus that is inferred from a page which keeps its number to itself is told with that reserve.
void say_what_is_hidden(const Case& c, std::vector<std::string>& not_visible);

}  // namespace why401
