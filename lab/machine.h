#pragma once
// The machines the lab pretends to be, and which of them a Host field reaches. Refuses nothing: an unknown
// name is WEB01.

#include <cstddef>
#include <string>
#include <string_view>

namespace why401::lab {

struct Machine {
    std::string_view netbios;   ///< "WEB01"
    std::string_view dns_name;  ///< "web01.lab.why401.test"
};

inline constexpr std::size_t kMachines = 2;
const Machine& machine(std::size_t index);

inline constexpr std::string_view kBalancedName = "balanced.lab.why401.test";

/// Which machine answers: web01 or web02 by name (their first label will do); `balanced` takes them in turn,
/// request by request, as a balancer does that knows nothing of logins. `turn` counts the balanced requests
/// of this connection.
std::size_t machine_for(std::string_view host, std::size_t& turn);

}  // namespace why401::lab
