#pragma once
// A text file line by line, however long it is: one line of it is held, never the whole. It refuses to judge
// what a line says.

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

namespace why401 {

class TextLines {
public:
    static constexpr std::size_t kLongest = 64 * 1024;  ///< bytes of a line; what goes beyond is skipped

    explicit TextLines(std::istream& in) : in_(in), buffer_(kLongest + 1, '\0') {}

    /// The next line without its end, a byte order mark, and the zero bytes that IIS leaves where a machine
    /// crashed; valid until the next call. False at the end.
    bool next(std::string_view& line);
    std::uint64_t number() const { return number_; }  ///< of the last line, from 1
    bool cut() const { return cut_; }                 ///< the last line was longer than kLongest

private:
    std::istream& in_;
    std::string buffer_;
    std::uint64_t number_ = 0;
    bool cut_ = false;
};

}  // namespace why401
