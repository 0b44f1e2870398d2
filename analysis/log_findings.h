#pragma once
// What existing rules can say of an exchange that only the server's log knows: the same causes, read off
// codes and the order of rows, with the confidence that deserves. Each is asked by the rule of its name;
// nothing is certain here but what a code says.

#include <optional>

#include "analysis/verdict.h"

namespace why401 {

/// NTLM-FAIL-001: the server says that the logon was denied.
std::optional<Found> ntlm_denied_in_log(const Case& c);
/// BASIC-BAD-001: IIS logs the name of a user whose Basic credentials it refused.
std::optional<Found> basic_denied_in_log(const Case& c);
/// CLIENT-NOAUTH-001: a refusal, or a CHALLENGE, that the same client never came back for.
std::optional<Found> unanswered_in_log(const Case& c);
/// NTLM-POOL-001: refused as a stranger between pages that were served under a name.
std::optional<Found> login_lost_in_log(const Case& c);
/// NTLM-POOL-002: the server could make nothing of the second half of a login.
std::optional<Found> handshake_split_in_log(const Case& c);

/// NORM-NTLM-003 and NORM-304-007: a user was served right after the CHALLENGE.
std::optional<Found> logged_in_by_log(const Case& c);
/// A row without a user whose client had the page soon after.
inline bool got_it_after_all(const Case& c) {
    return log_leg(c.now) == LogLeg::Anonymous && c.served_elsewhere();
}
/// NORM-ANON-001 and NORM-NTLM-002: whether the login went on.
Verdict normal_leg_in_log(const Case& c, LogLeg leg);

}  // namespace why401
