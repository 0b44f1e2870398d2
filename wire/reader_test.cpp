#include "wire/reader.h"

#include <gtest/gtest.h>

namespace why401::wire {
namespace {

TEST(Reader, ReadsLittleAndBigEndianNumbers) {
    const std::string bytes("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    EXPECT_EQ(Reader(bytes).u8(), 1);
    EXPECT_EQ(Reader(bytes).u16_le(), 0x0201);
    EXPECT_EQ(Reader(bytes).u16_be(), 0x0102);
    EXPECT_EQ(Reader(bytes).u32_le(), 0x04030201U);
    EXPECT_EQ(Reader(bytes).u32_be(), 0x01020304U);
    EXPECT_EQ(Reader(bytes).u64_le(), 0x0807060504030201ULL);
    EXPECT_EQ(Reader(bytes).u64_be(), 0x0102030405060708ULL);
}

TEST(Reader, GivesZeroFromTheFirstReadThatDoesNotFitOnAndSaysWhereItWas) {
    Reader reader("abc");
    EXPECT_EQ(reader.take(1), "a");
    EXPECT_EQ(reader.u32_le(), 0U);
    EXPECT_EQ(reader.u8(), 0) << "two bytes are left, but nothing is read after a failure";
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.failed_at(), 1U);
}

TEST(Reader, ReadsToTheLastByteWithoutFailing) {
    Reader reader("abc");
    EXPECT_EQ(reader.take(3), "abc");
    EXPECT_EQ(reader.take(0), "");
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(Reader, SeeksInsideTheInputOnly) {
    Reader reader("abc");
    reader.seek(2);
    EXPECT_EQ(reader.take(1), "c");
    reader.seek(4);
    EXPECT_EQ(reader.failed_at(), 3U);
}

TEST(Slice, RefusesEverythingThatLeavesTheInputEvenWhenTheSumOverflows) {
    EXPECT_EQ(slice("abc", 1, 2), "bc");
    EXPECT_EQ(slice("abc", 3, 0), "");
    EXPECT_FALSE(slice("abc", 4, 0));
    EXPECT_FALSE(slice("abc", 1, 3));
    EXPECT_FALSE(slice("abc", 2, ~0ULL));
    EXPECT_FALSE(slice("abc", ~0ULL, 2));
}

TEST(Put, WritesLittleEndian) {
    std::string out;
    put_u16_le(out, 0x0201);
    put_u32_le(out, 0x04030201);
    put_u64_le(out, 0x0807060504030201);
    EXPECT_EQ(out, std::string("\x01\x02\x01\x02\x03\x04\x01\x02\x03\x04\x05\x06\x07\x08"));
}

}  // namespace
}  // namespace why401::wire
