#include "lab/machine.h"

#include <array>

#include "wire/ascii.h"

namespace why401::lab {
namespace {

constexpr std::array<Machine, kMachines> kAll{
    {{"WEB01", "web01.lab.why401.test"}, {"WEB02", "web02.lab.why401.test"}}};

}  // namespace

const Machine& machine(std::size_t index) { return kAll.at(index); }

std::size_t machine_for(std::string_view host, std::size_t& turn) {
    const std::string_view name = host.substr(0, host.find(':'));
    // First, second, second, first: each login of two messages is split, and the next one gets its CHALLENGE
    // from the other machine, which is what gives such a balancer away.
    if (same_name(name, kBalancedName)) return (++turn / 2) % kMachines;
    const std::string_view label = name.substr(0, name.find('.'));
    for (std::size_t i = 0; i < kMachines; ++i)
        if (same_name(label, kAll[i].netbios)) return i;
    return 0;
}

}  // namespace why401::lab
