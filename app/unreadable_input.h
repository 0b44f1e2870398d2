#pragma once
// A file that cannot be explained; what() is a sentence that names it and says why.

#include <stdexcept>

namespace why401 {

class UnreadableInput : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace why401
