#pragma once
// The credentials and challenges of an exchange, decoded where they stand in its heads.

#include <boost/json/array.hpp>

#include "record/exchange.h"

namespace why401 {

/// Of each Authorization, Proxy-Authorization, WWW-Authenticate and Proxy-Authenticate line, as received:
/// {"message": "request" | "response", "at": "request.header[3]", "bytes": [offset, length of its value],
/// "name": "Authorization", "decoded": [as `why401 decode --json`, ...]}. Of an absurd number of tokens the
/// first kMostDecoded are decoded.
boost::json::array tokens_json(const Exchange& exchange);
constexpr std::size_t kMostDecoded = 100;

}  // namespace why401
