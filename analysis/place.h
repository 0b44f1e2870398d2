#pragma once
// Bytes that a statement points at.

#include <cstdint>
#include <string>

namespace why401 {

struct Place {
    std::string at;  ///< "request.header[3]"
    std::uint64_t offset = 0, length = 0;
};

}  // namespace why401
