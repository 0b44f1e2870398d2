#include "lab/machine.h"

#include <gtest/gtest.h>

namespace why401::lab {
namespace {

TEST(LabMachine, TheHostFieldChoosesTheMachine) {
    std::size_t turn = 0;
    EXPECT_EQ(machine(machine_for("web01.lab.why401.test", turn)).netbios, "WEB01");
    EXPECT_EQ(machine(machine_for("WEB02.lab.why401.test:8480", turn)).netbios, "WEB02");
    EXPECT_EQ(machine(machine_for("web02", turn)).netbios, "WEB02");
    EXPECT_EQ(turn, 0u);
}

TEST(LabMachine, AnUnknownHostIsTheFirstMachine) {
    std::size_t turn = 0;
    EXPECT_EQ(machine_for("127.0.0.1:8480", turn), 0u);
    EXPECT_EQ(machine_for("[::1]:8480", turn), 0u);
    EXPECT_EQ(machine_for("", turn), 0u);
}

TEST(LabMachine, TheBalancedNameAlternatesPerRequest) {
    std::size_t turn = 0;
    for (const std::size_t expected : {0u, 1u, 1u, 0u, 0u, 1u, 1u, 0u})
        EXPECT_EQ(machine_for("balanced.lab.why401.test:80", turn), expected);
}

}  // namespace
}  // namespace why401::lab
