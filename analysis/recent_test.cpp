// A map that forgets.

#include "analysis/recent.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

TEST(Recent, ForgetsWhatWasPutInFirst) {
    Recent<int> known(2);
    known.at("a") = 1;
    known.at("b") = 2;
    known.at("a") = 3;  // is there already
    known.at("c") = 4;
    EXPECT_EQ(known.size(), 2U);
    EXPECT_EQ(known.find("a"), nullptr);
    ASSERT_NE(known.find("b"), nullptr);
    EXPECT_EQ(*known.find("b"), 2);
    EXPECT_EQ(*known.find("c"), 4);
}

TEST(Recent, AFreshValueIsItsDefault) { EXPECT_EQ(Recent<int>(1).at("x"), 0); }

}  // namespace
}  // namespace why401
