// hex, UTF-8 and UTF-16.
#include <gtest/gtest.h>

#include "wire/hex.h"
#include "wire/utf16.h"
#include "wire/utf8.h"

namespace why401 {
namespace {

std::string bytes(const char* digits) { return hex::decode(digits).value(); }

TEST(Hex, RoundTripsAndRefusesOddOrForeignDigits) {
    EXPECT_EQ(hex::encode(std::string("\x00\xff\x4e", 3)), "00ff4e");
    EXPECT_EQ(hex::decode("00FF4e"), std::string("\x00\xff\x4e", 3));
    EXPECT_FALSE(hex::decode("abc"));
    EXPECT_FALSE(hex::decode("0g"));
    EXPECT_EQ(hex::number(0xe2088297), "0xe2088297");
    EXPECT_EQ(hex::number(1, 2), "0x01");
    EXPECT_EQ(hex::number(0, 1), "0x0");
}

TEST(Utf16, ReadsNamesIncludingSurrogatePairs) {
    EXPECT_EQ(utf16::to_utf8(bytes("55007300650072") + std::string(1, '\0')), "User");
    EXPECT_EQ(utf16::to_utf8(bytes("e4003dd800de")), "\xC3\xA4\xF0\x9F\x98\x80");
    EXPECT_EQ(utf16::from_utf8("\xC3\xA4\xF0\x9F\x98\x80"), bytes("e4003dd800de"));
}

TEST(Utf16, ReplacesLoneSurrogatesAndALeftOverByte) {
    const std::string replacement = "\xEF\xBF\xBD";
    EXPECT_EQ(utf16::to_utf8(bytes("3dd84100")), replacement + "A") << "high without low";
    EXPECT_EQ(utf16::to_utf8(bytes("00de4100")), replacement + "A") << "low without high";
    EXPECT_EQ(utf16::to_utf8(bytes("410042")), "A" + replacement) << "odd number of bytes";
    EXPECT_EQ(utf16::to_utf8(bytes("3dd8")), replacement);
    EXPECT_FALSE(utf16::valid(bytes("3dd84100")));
    EXPECT_FALSE(utf16::valid(bytes("410042")));
    EXPECT_TRUE(utf16::valid(bytes("3dd800de")));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutOff) {
    EXPECT_TRUE(utf8::valid("gr\xC3\xBC\xC3\x9F"));
    for (const char* bad :
         {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80", "\xFF"})
        EXPECT_FALSE(utf8::valid(bad)) << hex::encode(bad);
    EXPECT_EQ(utf8::repaired("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(utf8::repaired("\xC3z"), "\xEF\xBF\xBDz") << "what follows a broken sequence is kept";
}

TEST(Utf8, ReadsLatin1) { EXPECT_EQ(utf8::from_latin1("123\xA3"), "123\xC2\xA3"); }

}  // namespace
}  // namespace why401
