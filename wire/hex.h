#pragma once
// Bytes as lower-case hexadecimal digits and back. Refuses odd lengths and other characters.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::hex {

/// "4e544c4d".
std::string encode(std::string_view bytes);
/// The bytes; digits of either case; nothing when `digits` is not an even number of hexadecimal digits.
std::optional<std::string> decode(std::string_view digits);
/// "0xe2088297": at least `width` digits.
std::string number(std::uint64_t value, int width = 8);

}  // namespace why401::hex
