#pragma once
// The verdict of all rules on one case: which of them has the word, and what it says. It knows nothing but
// the case, and refuses to remember.

#include <optional>

#include "analysis/verdict.h"

namespace why401 {

/// Neither rule nor finding: nothing to say.
struct Judgement {
    const Rule* rule = nullptr;
    std::optional<Found> found;
    bool waiting = false;
};

/// Asks the rules in their order; the first that finds something, or that has to wait, decides. What a check
/// with a secret proves goes before what a rule only infers.
Judgement ask(const Case& c);

}  // namespace why401
