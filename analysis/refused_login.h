#pragma once
// What can be said about an NTLM login that was whole and was refused without a reason: what it may have
// been, what proves that it was whole, what cannot be seen. It refuses to decide whether it was whole; the
// rule does.

#include <optional>
#include <string>

#include "analysis/stated_reason.h"

namespace why401 {

/// "wrong password, unknown user, or ..."; `denied`: the server calls it a failed login; `own_page`: its page
/// is none of a server's own.
std::string likely_causes(const Case& c, bool denied, bool own_page);

/// CHALLENGE, AUTHENTICATE, refusal, and the server's word if there is one.
void tell_proofs(const Case& c, const std::optional<StatedReason>& reason, Found& found);

/// What is ruled out and what is not visible; `mixed`: somebody behind us may have parted the two messages.
void tell_limits(const Case& c, bool mixed, Found& found);

}  // namespace why401
