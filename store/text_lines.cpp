#include "store/text_lines.h"

#include <limits>

namespace why401 {

bool TextLines::next(std::string_view& line) {
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    auto length = static_cast<std::size_t>(in_.gcount());
    if (in_.fail() && length == 0) return false;
    cut_ = in_.fail() && !in_.eof();
    if (cut_) {
        in_.clear();
        in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    } else if (!in_.eof()) {
        --length;  // the line feed is counted
    }
    line = std::string_view(buffer_).substr(0, length);
    if (++number_ == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    while (!line.empty() && line.front() == '\0') line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\0' || line.back() == '\r')) line.remove_suffix(1);
    return true;
}

}  // namespace why401
