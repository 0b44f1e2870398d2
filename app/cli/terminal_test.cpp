#include "app/cli/terminal.h"

#include <gtest/gtest.h>

namespace why401::cli {
namespace {

TEST(Harmless, TakesControlOfTheTerminalAway) {
    EXPECT_EQ(harmless("\x1b[31mred\x1b[0m\r\nline\x7f"), "?[31mred?[0m??line?");
    EXPECT_EQ(harmless("\xc2\x9b"
                       "31m"),
              "??31m");  // CSI as one C1 character
    EXPECT_EQ(harmless(std::string_view("a\0b", 3)), "a?b");
}

TEST(Harmless, LeavesTextAlone) {
    EXPECT_EQ(harmless("CONTOSO\\alice, \xc3\xa9t\xc3\xa9, \xc2\xa0"),
              "CONTOSO\\alice, \xc3\xa9t\xc3\xa9, \xc2\xa0");
    EXPECT_EQ(harmless(""), "");
    EXPECT_EQ(harmless("\xc2"), "\xc2");
}

}  // namespace
}  // namespace why401::cli
