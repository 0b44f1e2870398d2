#pragma once
// One decoded token as `why401 decode --json` and the API show it. It reads a field's value and refuses to
// guess at anything else: the command does.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/token.h"
#include "wire/anomaly.h"

namespace why401 {

struct DecodedItem {
    std::string scheme;  ///< as written, or guessed for bare base64
    Token token;
    std::vector<Anomaly> grammar;  ///< of the header value around the token
};

/// What the value of an Authorization or WWW-Authenticate field holds, in order.
std::vector<DecodedItem> decode_value(std::string_view value);

/// As the contract's `decode --json` says. Valid UTF-8 whatever the token held.
boost::json::object item_json(const DecodedItem& item);

}  // namespace why401
