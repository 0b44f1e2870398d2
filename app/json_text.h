#pragma once
// Text of a record as JSON, which must be UTF-8 whatever came over the wire.

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace why401::json_out {

/// What is no UTF-8 is replaced.
boost::json::string text(std::string_view bytes);
boost::json::value text_or_null(std::string_view bytes);  ///< null for an empty one
boost::json::array texts(const std::vector<std::string>& all);

}  // namespace why401::json_out
