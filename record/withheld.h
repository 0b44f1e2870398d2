#pragma once
// Recognises what people and programs write where they blacken a secret. It guesses nothing about what stood
// there.

#include <string_view>

namespace why401 {

/// Whether a field value, or the part behind its scheme, was blackened: "[49 bytes were stripped]"
/// (Chromium), "NTLM [296 bytes were stripped]", "REDACTED", "Bearer ***", "<redacted>", "[sanitized]" ...
bool is_withheld(std::string_view value);

}  // namespace why401
