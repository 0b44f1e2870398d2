#pragma once
// From facts and findings to the one sentence on top. Pure.

#include "app/probe/asking.h"

namespace why401::probe {

/// Keeps what the rules say of exchanges that were to succeed, and of the login; then fills in the verdict.
/// What the probe provoked on purpose is nobody's fault. `explanation` is finished.
void judge(Asking& asking, const Explanation& explanation);

}  // namespace why401::probe
