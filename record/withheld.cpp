#include "record/withheld.h"

#include <algorithm>
#include <string>

#include "wire/ascii.h"

namespace why401 {
namespace {

constexpr std::string_view kWords[] = {"redacted", "sanitized", "sanitised", "masked",   "hidden",
                                       "removed",  "filtered",  "scrubbed",  "obscured", "stripped"};
constexpr std::size_t kLongest = 80;  // a note is short; a token is not

bool all_of_one(std::string_view text, std::string_view marks) {
    return text.size() >= 3 && text.find_first_not_of(marks) == std::string_view::npos;
}

/// A word between brackets, or alone: "[redacted]", "<REDACTED:token>", "--- removed ---".
bool is_note(std::string_view text) {
    if (text.size() > kLongest) return false;
    std::string folded(text);
    std::transform(folded.begin(), folded.end(), folded.begin(), lower);
    return std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) {
        const std::size_t at = folded.find(word);
        if (at == std::string::npos) return false;
        const bool framed = folded.find_first_of("[<{(*-_#") < at;
        return framed || folded == word;
    });
}

bool is_blackened(std::string_view text) {
    return all_of_one(text, "*") || all_of_one(text, "xX") || all_of_one(text, ".") ||
           all_of_one(text, "\xe2\x80\xa2") ||  // bullets in UTF-8
           is_note(text);
}

}  // namespace

bool is_withheld(std::string_view value) {
    if (is_blackened(value)) return true;
    const std::size_t blank = value.find(' ');
    return blank != std::string_view::npos && is_blackened(value.substr(blank + 1));
}

}  // namespace why401
