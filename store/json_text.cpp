#include "store/json_text.h"

#include <boost/json/parse.hpp>
#include <utility>

#include "store/capture.h"
#include "wire/hex.h"

namespace why401::json_text {

void damaged(std::string_view what) {
    throw CaptureError("the capture is damaged: it holds " + std::string(what));
}

json::value parse(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error) damaged("text that is not JSON");
    return value;
}

const json::array& array_of(const json::value& value) {
    if (!value.is_array()) damaged("JSON of an unexpected shape");
    return value.get_array();
}

const json::object& object_of(const json::value& value) {
    if (!value.is_object()) damaged("JSON of an unexpected shape");
    return value.get_object();
}

const json::value& member(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (!value) damaged("JSON without \"" + std::string(key) + "\"");
    return *value;
}

std::string string_of(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    const json::value& digits = member(object_of(value), "hex");
    if (!digits.is_string()) damaged("JSON of an unexpected shape");
    auto bytes = hex::decode(std::string_view(digits.get_string().data(), digits.get_string().size()));
    if (!bytes) damaged("a string with bad hexadecimal digits");
    return std::move(*bytes);
}

std::uint64_t number_of(const json::value& value) {
    boost::system::error_code error;
    const auto number = value.to_number<std::uint64_t>(error);
    if (error) damaged("JSON with something else where a number must stand");
    return number;
}

std::uint32_t short_number_of(const json::value& value) {
    const std::uint64_t number = number_of(value);
    if (number > 0xffffffffu) damaged("an offset beyond 4 GB");
    return static_cast<std::uint32_t>(number);
}

bool truth_of(const json::value& value) { return value.is_bool() && value.get_bool(); }

std::vector<std::string> strings_of(const json::value& value) {
    std::vector<std::string> strings;
    for (const json::value& element : array_of(value)) strings.push_back(string_of(element));
    return strings;
}

}  // namespace why401::json_text
