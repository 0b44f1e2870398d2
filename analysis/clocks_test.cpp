// A server's clock beside that of the record.
#include "analysis/clocks.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

TEST(Clocks, ARecordWithoutAClockComparesNothing) {
    ExchangeFacts facts;
    facts.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    EXPECT_FALSE(date_ahead_of_record(facts));
    facts.timing.ended.wall_us = 784'111'477'000'000;
    EXPECT_EQ(date_ahead_of_record(facts), 300);
}

TEST(Clocks, SayWhichIsAhead) {
    EXPECT_EQ(ahead_text(1205), "20 min 5 s ahead of");
    EXPECT_EQ(ahead_text(-3), "3 s behind");
}

}  // namespace
}  // namespace why401
