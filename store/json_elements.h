#pragma once
// Walks a big JSON text without building it: finds members by name and the elements of one array by their
// bytes, so that each can be parsed alone and a text that was cut off is read up to the cut. It checks no
// more grammar than it needs to find where a value ends.

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace why401::json_elements {

/// One past the value that begins at `at`; nothing when the text ends first.
std::optional<std::size_t> end_of_value(std::string_view text, std::size_t at);

/// Where the value of this member of the object at `object` begins. The first one of that name counts. Names
/// with escapes are not found.
std::optional<std::size_t> member(std::string_view text, std::size_t object, std::string_view name);

struct Walk {
    bool whole = false;      ///< the closing bracket was found
    std::size_t offset = 0;  ///< where it stands, or where the last whole element ended
};

/// Visits every whole element of the array at `array`, with its place in the text.
Walk elements(
    std::string_view text, std::size_t array,
    const std::function<void(std::size_t index, std::size_t offset, std::string_view element)>& visit);

/// The first byte that is no white space, and no byte order mark at the very start; the size when there is
/// none.
std::size_t skip_blanks(std::string_view text, std::size_t at);

}  // namespace why401::json_elements
