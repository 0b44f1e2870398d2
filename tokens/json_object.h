#pragma once
// The members of a JSON object with their places, for the JSON inside tokens (RFC 8259). Refuses what is not
// one whole object, and what is nested too deep.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace why401::json_object {

constexpr std::size_t kMaxMembers = 256;

struct Member {
    std::string name;
    std::string text;                    ///< a string without its quotes; anything else as it is written
    std::vector<std::string> strings;    ///< the string, or the strings of an array
    std::optional<std::int64_t> number;  ///< whole part, where it is a number
    std::size_t offset = 0;              ///< of the value in the text, quotes included
    std::size_t length = 0;
};

/// In order of appearance, a name that comes twice twice; nothing when `text` is no JSON object.
std::optional<std::vector<Member>> read(std::string_view text);

/// The last member of that name (as most readers have it), or null.
const Member* find(const std::vector<Member>& members, std::string_view name);

}  // namespace why401::json_object
