#pragma once
// A capture at a proxy shows each request twice: as its client sent it and as the proxy sent it on. Found by
// what they say and because the one lies within the other in time, both become one exchange with two
// connections. It joins nothing that fits twice.

#include <map>
#include <string>
#include <vector>

#include "record/exchange.h"

namespace why401 {

/// The two ends of a TCP connection, "10.0.0.1:50000"; by the number that its ConnectionIds carry.
struct StreamEnds {
    std::string client, server;
};

/// Returns how many pairs were joined.
std::size_t join_two_sides(std::vector<Exchange>& exchanges, const std::map<std::uint64_t, StreamEnds>& ends);

}  // namespace why401
