#include "wire/utc.h"

#include <gtest/gtest.h>

#include <limits>

namespace why401 {
namespace {

TEST(Utc, IsWrittenToTheSecond) {
    EXPECT_EQ(utc_second(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(utc_second(1'300'819'380), "2011-03-22T18:43:00Z");  // RFC 7519 3.1
    EXPECT_EQ(utc_second(951'782'400), "2000-02-29T00:00:00Z");
    EXPECT_EQ(utc_second(-1), "1969-12-31T23:59:59Z");
}

TEST(Utc, WhatNoCalendarHoldsStaysANumber) {
    EXPECT_EQ(utc_second(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
    EXPECT_EQ(utc_second(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(utc_second(253'402'300'799), "9999-12-31T23:59:59Z");
}

TEST(Utc, ReadsTheDateOfHttpAndNothingElse) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784'111'777);
    EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), 1'709'251'200) << "a leap second";
    for (const char* text :
         {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "                          GMT",
          "Sun, 06 Nov 1994 08:49:37 CET", "Sun, +6 Nov 1994 08:49:37 GMT"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

TEST(Utc, ReadsTheTimeOfKerberosAndNothingElse) {
    EXPECT_EQ(parse_kerberos_time("19700101000000Z"), 0);
    EXPECT_EQ(parse_kerberos_time("20200613210423Z"), 1'592'082'263);
    for (const char* text : {"", "20200613210423", "20200613210423z", "20201313210423Z", "20210229000000Z",
                             "2020061321042 Z", "20200613250000Z", "99999999999999Z", "-0200613210423Z"})
        EXPECT_FALSE(parse_kerberos_time(text)) << text;
}

}  // namespace
}  // namespace why401
