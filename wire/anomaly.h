#pragma once
// What was wrong with bytes that were decoded nevertheless. A plain value: it refuses to judge who is guilty.

#include <cstddef>
#include <string>

namespace why401 {

struct Anomaly {
    std::string what;        ///< one clause for a person
    std::size_t offset = 0;  ///< into the bytes that the decoder was given
    std::string clause;      ///< where it is written, such as "MS-NLMP 2.2.1.3"; may be empty

    bool operator==(const Anomaly&) const = default;
};

}  // namespace why401
