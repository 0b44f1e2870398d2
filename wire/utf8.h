#pragma once
// UTF-8 one code point at a time. Refuses overlong forms, surrogates and values past U+10FFFF: they read as
// U+FFFD.

#include <string>
#include <string_view>

namespace why401::utf8 {

constexpr char32_t kReplacement = 0xFFFD;

/// Takes one code point off the front of `text`, which must not be empty; U+FFFD for what is malformed.
char32_t next(std::string_view& text);
void append(std::string& out, char32_t code_point);
bool valid(std::string_view text);
/// Reads each byte as ISO 8859-1.
std::string from_latin1(std::string_view bytes);
/// `text` itself with what is malformed replaced by U+FFFD.
std::string repaired(std::string_view text);

}  // namespace why401::utf8
