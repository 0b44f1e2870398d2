#pragma once
// One HTTP/1 message as a parser understood it: the common measure of our parser and of Boost.Beast's. It
// refuses to hold anything that both of them do not know.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/http1_framing.h"

namespace why401::conformance {

enum class Kind { Request, Response, ResponseToHead };

struct Reading {
    bool refused = false;
    std::string refusal;     ///< in the parser's own words
    bool head_read = false;  ///< what follows is valid, as far as the body was read
    bool whole = false;      ///< the end of the message was seen; the end of the input ends UntilClose

    std::string method, target;  ///< of a request
    int status = 0;              ///< of a response
    int minor_version = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    bool keeps_connection = false;
    http1::BodyKind body = http1::BodyKind::None;  ///< None also for a length of 0
    std::uint64_t length = 0;
    std::string content;  ///< without chunk sizes, extensions and trailers
    std::size_t end = 0;  ///< of the message, when it is whole
};

Reading read_with_ours(std::string_view bytes, Kind kind);
Reading read_with_beast(std::string_view bytes, Kind kind);

}  // namespace why401::conformance
