// Times as servers write them.
#include "analysis/clocks.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

TEST(Clocks, ReadTheTwoWaysOfWritingATime) {
    EXPECT_EQ(seconds_of_kerberos_time("19700101000000Z"), 0);
    EXPECT_EQ(seconds_of_kerberos_time("20200613210423Z"), 1'592'082'263);
    EXPECT_EQ(seconds_of_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784'111'777);
    EXPECT_EQ(seconds_of_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), 1'709'251'200) << "a leap second";
}

TEST(Clocks, RefuseWhatIsNoTime) {
    for (const char* text : {"", "20200613210423", "20200613210423z", "20201313210423Z", "20210229000000Z",
                             "2020061321042 Z", "20200613250000Z", "99999999999999Z", "-0200613210423Z"})
        EXPECT_FALSE(seconds_of_kerberos_time(text)) << text;
    for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Foo 1994 08:49:37 GMT",
                             "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT", "                          GMT"})
        EXPECT_FALSE(seconds_of_http_date(text)) << text;
}

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
