#pragma once
// UTF-16LE, as NTLM writes its strings, to and from UTF-8. Never fails: a lone surrogate or a byte left over
// becomes U+FFFD.

#include <string>
#include <string_view>

namespace why401::utf16 {

std::string to_utf8(std::string_view little_endian);
/// Malformed UTF-8 becomes U+FFFD.
std::string from_utf8(std::string_view text);
/// Whether every surrogate has its partner and the number of bytes is even.
bool valid(std::string_view little_endian);

}  // namespace why401::utf16
