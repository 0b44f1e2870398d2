#pragma once
// Whether our HTTP/1 parser and Boost.Beast's understand the same bytes alike, but for the differences that
// are meant and listed here. It refuses to excuse anything else.

#include <span>
#include <string>
#include <string_view>

#include "tests/conformance/http1_reading.h"

namespace why401::conformance {

/// What ours refuses and Beast lets through, because two parsers could read it differently.
struct Strictness {
    std::string_view refusal;  ///< our words for it
    Kind kind;
    std::string_view example;  ///< a message that Beast takes whole
};
std::span<const Strictness> strictnesses();

/// Empty when the two agree; otherwise a sentence. What ours takes and Beast refuses is harmless and of three
/// sorts: empty lines before a request, `HTTP/1.1 200` without the space before a missing reason (Beast is
/// given the bytes without the former and with the latter), and a Connection field that is no list of tokens.
std::string disagreement(std::string_view bytes, Kind kind);

}  // namespace why401::conformance
