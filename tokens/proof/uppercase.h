#pragma once
// Simple uppercase mapping as NTOWFv2 needs it for user names: one code point to one, for Latin, Greek,
// Cyrillic and Armenian. Refuses locales and mappings that change the length (a sharp s stays as it is).

#include <string>
#include <string_view>

namespace why401::proof {

char32_t uppercase(char32_t code_point);
std::string uppercase_utf8(std::string_view text);

}  // namespace why401::proof
