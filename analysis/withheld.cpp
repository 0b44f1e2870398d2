#include "analysis/withheld.h"

#include <algorithm>
#include <iterator>

namespace why401 {
namespace {

/// A preflight is among them: no browser puts credentials into one (Fetch 4.8).
constexpr std::string_view kRules[] = {
    "CACHE-401-001",   "CORS-PREFLIGHT-001", "IIS-4012-NOSCHEME", "IIS-4013-ACL",
    "IIS-4014-FILTER", "IIS-4015-APP",       "IIS-4017-URLAUTH6", "IIS-401501-DYNIP",
    "NORM-ANON-001",   "NORM-NTLM-002",      "RFC-NOCHAL-001",    "UNKNOWN-401",
};

}  // namespace

bool needs_no_credentials(std::string_view rule) {
    return std::find(std::begin(kRules), std::end(kRules), rule) != std::end(kRules);
}

}  // namespace why401
