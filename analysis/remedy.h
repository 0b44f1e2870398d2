#pragma once
// The setting or command of the product at hand that cures what a rule found, put before the rule's own
// general advice. Chosen by what the product says of itself (product.h); it refuses to advise a product that
// is not there.

#include <string>
#include <string_view>
#include <vector>

#include "analysis/facts.h"

namespace why401 {

/// Lines such as "Squid: connection-auth=on at http_port"; empty when nobody known is to be changed.
std::vector<std::string> remedies(std::string_view rule, Culprit culprit, const ExchangeFacts& facts);

}  // namespace why401
