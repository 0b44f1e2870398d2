#pragma once
// One decoded token of `why401 decode`, and its two shapes: text for a person, JSON for scripts. It refuses
// to read input: decode.cpp does.

#include <boost/json/object.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/token.h"
#include "wire/anomaly.h"

namespace why401::cli {

struct DecodedItem {
    std::string scheme;  ///< as written, or guessed for bare base64
    Token token;
    std::vector<Anomaly> grammar;  ///< of the header value around the token
};

/// As the contract's `decode --json` says. Valid UTF-8 whatever the token held.
boost::json::object item_json(const DecodedItem& item);

/// Aligned lines: bytes, field, value, meaning, clause. No control character of the token reaches the
/// terminal.
void write_item(const DecodedItem& item, std::ostream& out);

}  // namespace why401::cli
