#pragma once
// For tests only: what a story says that the proxy removed from a head or added to it, as edits of a record.

#include <string>
#include <vector>

#include "record/message.h"

namespace why401::test {

/// Removed lines become edits over their bytes, an added line stands before the empty line.
inline std::vector<Edit> edits(const Message& message, const std::vector<std::string>& drop,
                               const std::string& add) {
    std::vector<Edit> made;
    for (const http1::FieldLine& line : message.parsed.fields)
        for (const std::string& name : drop)
            if (line.name(message.head) == name)
                made.push_back({line.begin, line.end - line.begin, "", "told so"});
    if (!add.empty()) made.push_back({message.parsed.end - 2, 0, add, "told so"});
    return made;
}

}  // namespace why401::test
