#pragma once
// Looking into JSON that strangers wrote: what is missing or of another type is empty, never an error.

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace why401::json_values {

namespace json = boost::json;

inline const json::value* find(const json::object& object, std::string_view name) {
    return object.if_contains(json::string_view(name.data(), name.size()));
}

inline std::string_view text(const json::value* value) {
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}
inline std::string_view text(const json::object& object, std::string_view name) {
    return text(find(object, name));
}

inline std::optional<double> number(const json::object& object, std::string_view name) {
    const json::value* value = find(object, name);
    if (!value || !value->is_number()) return std::nullopt;
    boost::system::error_code error;
    const double read = value->to_number<double>(error);
    return error ? std::nullopt : std::optional(read);
}
/// A whole number not below 0 that a double holds exactly.
inline std::optional<std::uint64_t> count(const json::object& object, std::string_view name) {
    const auto read = number(object, name);
    if (!read || !(*read >= 0 && *read <= 9e15)) return std::nullopt;
    return static_cast<std::uint64_t>(*read);
}
inline bool truth(const json::object& object, std::string_view name) {
    const json::value* value = find(object, name);
    return value && value->is_bool() && value->get_bool();
}
inline const json::object* object(const json::object& in, std::string_view name) {
    const json::value* value = find(in, name);
    return value ? value->if_object() : nullptr;
}
inline const json::array* array(const json::object& in, std::string_view name) {
    const json::value* value = find(in, name);
    return value ? value->if_array() : nullptr;
}

/// Traces nest deep (call stacks of scripts) and hold bytes that are no UTF-8.
inline json::parse_options lenient() {
    json::parse_options options;
    options.max_depth = 512;
    options.allow_invalid_utf8 = true;
    return options;
}

}  // namespace why401::json_values
