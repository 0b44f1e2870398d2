#pragma once
// Text of the traffic made harmless for a terminal or a log. It refuses to decode: it shows.

#include <string>
#include <string_view>

namespace why401 {

/// Control characters and malformed UTF-8 as \xNN; characters that reorder, hide or join the text around them
/// (bidirectional overrides, invisible format characters, C1 controls) as U+XXXX. Longer texts are cut at
/// about `limit` bytes and end in "...".
std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

}  // namespace why401
