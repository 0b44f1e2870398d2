#pragma once
// Text for a terminal: what traffic held must not control it, and colour only where it is wanted.

#include <string>
#include <string_view>

namespace why401::cli {

/// Control characters (C0, DEL, and C1 in UTF-8) become '?'; the rest stays.
std::string harmless(std::string_view text);

/// Whether stderr is a terminal and NO_COLOR is not set (no-color.org).
bool colour_on_stderr();

}  // namespace why401::cli
