#pragma once
// Reading the JSON of a capture, which may come from a stranger: whatever is not of the expected shape throws
// CaptureError. For the files of store that read it.

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace why401::json_text {

namespace json = boost::json;

/// "the capture is damaged: it holds ..."
[[noreturn]] void damaged(std::string_view what);

json::value parse(std::string_view text);
const json::array& array_of(const json::value& value);
const json::object& object_of(const json::value& value);
const json::value& member(const json::object& object, std::string_view key);
/// A string, or the bytes of {"hex": "..."}.
std::string string_of(const json::value& value);
std::uint64_t number_of(const json::value& value);
std::uint32_t short_number_of(const json::value& value);
bool truth_of(const json::value& value);  ///< what is no truth value is false
std::vector<std::string> strings_of(const json::value& value);

}  // namespace why401::json_text
