#include "analysis/withheld.h"

#include <algorithm>
#include <iterator>

namespace why401 {
namespace {

constexpr std::string_view kRules[] = {
    "IIS-4012-NOSCHEME", "IIS-4013-ACL",  "IIS-4014-FILTER", "IIS-4015-APP",
    "NORM-ANON-001",     "NORM-NTLM-002", "RFC-NOCHAL-001",  "UNKNOWN-401",
};

}  // namespace

bool needs_no_credentials(std::string_view rule) {
    return std::find(std::begin(kRules), std::end(kRules), rule) != std::end(kRules);
}

}  // namespace why401
