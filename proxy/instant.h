#pragma once
// The two clocks of the system as the record knows them.

#include <chrono>

#include "record/ids.h"

namespace why401 {

inline Instant now() {
    using namespace std::chrono;
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count(),
            duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count()};
}

}  // namespace why401
