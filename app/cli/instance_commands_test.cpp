#include "app/cli/instance_commands.h"

#include <gtest/gtest.h>

#include <sstream>

namespace why401::cli {
namespace {

Instance at(pid_t pid, const char* ui) { return {pid, {"127.0.0.1:8401"}, ui, "t", "", "affinity", ""}; }

TEST(ChooseInstance, TakesTheOnlyOne) {
    std::string complaint;
    EXPECT_EQ(choose_instance({at(7, "127.0.0.1:1")}, "", complaint)->pid, 7);
}

TEST(ChooseInstance, TakesTheOneThatIsNamed) {
    std::string complaint;
    EXPECT_EQ(choose_instance({at(7, "127.0.0.1:1"), at(8, "127.0.0.1:2")}, "127.0.0.1:2", complaint)->pid,
              8);
}

TEST(ChooseInstance, ListsThemWhenSeveralCouldBeMeant) {
    std::string complaint;
    EXPECT_FALSE(choose_instance({at(7, "127.0.0.1:1"), at(8, "127.0.0.1:2")}, "", complaint));
    EXPECT_NE(complaint.find("--ui 127.0.0.1:1"), std::string::npos) << complaint;
    EXPECT_NE(complaint.find("--ui 127.0.0.1:2"), std::string::npos) << complaint;
}

TEST(ChooseInstance, SaysThatNoneRuns) {
    std::string complaint;
    EXPECT_FALSE(choose_instance({}, "", complaint));
    EXPECT_NE(complaint.find("no proxy"), std::string::npos);
    EXPECT_FALSE(choose_instance({at(7, "127.0.0.1:1")}, "127.0.0.1:9", complaint));
    EXPECT_NE(complaint.find("127.0.0.1:9"), std::string::npos);
}

TEST(PolicyCommand, NamesThePoliciesWhenAskedForAnUnknownOne) {
    std::ostringstream out, err;
    EXPECT_EQ(policy_command("", "sticky", false, out, err), 2);
    EXPECT_NE(err.str().find("pooled/switch"), std::string::npos) << err.str();
    EXPECT_EQ(out.str(), "");
}

TEST(FaultCommand, RefusesAnUnknownNameAndAMissingState) {
    std::ostringstream out, err;
    EXPECT_EQ(fault_command("", "bang", "on", false, out, err), 2);
    EXPECT_EQ(fault_command("", "bang", "off", false, out, err), 2);
    EXPECT_EQ(fault_command("", "add-via", "", false, out, err), 2);
    EXPECT_EQ(fault_command("", "add-via", "maybe", false, out, err), 2);
    EXPECT_EQ(fault_command("", "delay-authenticate:x", "on", false, out, err), 2);
}

}  // namespace
}  // namespace why401::cli
