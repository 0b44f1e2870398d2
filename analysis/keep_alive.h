#pragma once
// Who took a connection away between a CHALLENGE and its AUTHENTICATE, and how one can tell. It refuses to
// say whether that mattered; the rule does.

#include <optional>
#include <string>

#include "analysis/case.h"
#include "analysis/finding.h"

namespace why401 {

struct Loss {
    Culprit culprit = Culprit::Unknown;
    Confidence confidence = Confidence::Certain;
    std::string how;    ///< a clause: "the other end closed U1 2.1 s after it had sent the CHALLENGE"
    std::string fault;  ///< name of an injected fault that did it; may be empty
    std::optional<Evidence> evidence;
};

/// Between the CHALLENGE that `c.now` answers and `c.now` itself. Only when there is such a CHALLENGE.
std::optional<Loss> lost_before_answer(const Case& c);
/// After the CHALLENGE that `c.now` itself brought, and that nobody answered.
std::optional<Loss> lost_after_challenge(const Case& c);

/// The keep-alive facts of an exchange that brought a CHALLENGE.
IssuedChallenge challenge_leg(const ExchangeFacts& facts, Space space);

}  // namespace why401
