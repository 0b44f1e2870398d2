#include "wire/printable.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

TEST(Printable, TakesControlOfTheTerminalAway) {
    EXPECT_EQ(printable("\x1b[31mred\r\n\x7f"), "\\x1B[31mred\\x0D\\x0A\\x7F");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "U+009B31m");  // CSI as one C1 character
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("a\xE2\x80\xAE"
                        "b"),
              "aU+202Eb");
}

TEST(Printable, LeavesTextAloneAndShowsBytesThatAreNone) {
    EXPECT_EQ(printable("CONTOSO\\alice, \xc3\xa9t\xc3\xa9, \xc2\xa0"),
              "CONTOSO\\alice, \xc3\xa9t\xc3\xa9, \xc2\xa0");
    EXPECT_EQ(printable(""), "");
    EXPECT_EQ(printable("a\xFF"
                        "b"),
              "a\\xFFb");
    EXPECT_EQ(printable(std::string(500, 'x'), 10), std::string(10, 'x') + "...");
}

}  // namespace
}  // namespace why401
