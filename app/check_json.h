#pragma once
// What checks with a secret showed, as JSON and as lines for a person. No secret is in it.

#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "record/proof_outcome.h"

namespace why401 {

/// explain's checks[]: an object for each kind of check that was made of this exchange.
boost::json::array checks_json(std::uint64_t exchange, const ProofOutcome& outcome);

/// One sentence for each.
std::vector<std::string> check_lines(const ProofOutcome& outcome);

}  // namespace why401
