#pragma once
// Credentials that a server refused with a code of its own: the code looked up, and what rules that go by
// such a code say alike. It refuses codes of exchanges that refused nobody's credentials.

#include <optional>
#include <string>

#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/win32_codes.h"

namespace why401 {

struct StatedReason {
    StatedCode stated;
    const Win32Code* known = nullptr;  ///< never null

    bool is(CodeTopic topic) const { return known->topic == topic; }
};

/// Of a 401 to a request that carried credentials, or of a log's row that does not show whether it did; not
/// of a CHALLENGE, nor of a login that was good (401.3 and the like). Empty for codes that nobody knows.
std::optional<StatedReason> stated_reason(const Case& c);

/// "CONTOSO\alice", by credentials, log or page; "the user" when nobody says.
std::string login_name(const ExchangeFacts& facts);

/// Certain: "... was refused in exchange 3, and the server says why: 1909 (...): the account is locked out."
Found found_by_code(const Case& c, const StatedReason& reason);

}  // namespace why401
