#pragma once
// Records from which somebody took the credentials out (a HAR that Chrome exported in its default, a network
// log without cookies and credentials): there a request without credentials may have carried any. Most rules
// would then accuse a client of what the writer of the file did, so they are not asked.

#include <string_view>

namespace why401 {

/// Whether this rule can explain a refusal without knowing what the request carried: it reads the answer
/// alone.
bool needs_no_credentials(std::string_view rule);

}  // namespace why401
