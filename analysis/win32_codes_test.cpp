// Windows error codes: every one that is known beside a 401, in every spelling.

#include "analysis/win32_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace why401 {
namespace {

constexpr std::uint32_t kSeenBesideRefusals[] = {
    0x00000000, 0x00000002, 0x00000005, 0x00000032, 0x00000035, 0x00000040, 0x00000041, 0x00000043,
    0x00000056, 0x00000057, 0x00000079, 0x000000EA, 0x000003E3, 0x000003F0, 0x000004C3, 0x000004C4,
    0x000004CD, 0x000004D4, 0x000004DC, 0x000004DD, 0x000004EC, 0x000004F1, 0x0000051F, 0x00000520,
    0x00000522, 0x00000525, 0x0000052B, 0x0000052D, 0x0000052E, 0x0000052F, 0x00000530, 0x00000531,
    0x00000532, 0x00000533, 0x00000534, 0x00000542, 0x00000547, 0x0000054B, 0x00000558, 0x00000564,
    0x00000568, 0x00000569, 0x00000574, 0x00000575, 0x00000576, 0x000005DC, 0x000005DE, 0x000006FA,
    0x000006FB, 0x000006FC, 0x000006FD, 0x00000701, 0x00000773, 0x00000774, 0x00000775, 0x0000078F,
    0x00001772, 0x00002117, 0x80070005, 0x80070520, 0x8007052E, 0x80070532, 0x80070533, 0x80070569,
    0x80070574, 0x80070775, 0x80070773, 0x80090300, 0x80090301, 0x80090302, 0x80090303, 0x80090304,
    0x80090305, 0x80090308, 0x8009030C, 0x8009030D, 0x8009030E, 0x8009030F, 0x80090310, 0x80090311,
    0x80090317, 0x80090320, 0x80090322, 0x80090324, 0x80090325, 0x80090327, 0x80090328, 0x80090336,
    0x80090341, 0x80090342, 0x80090345, 0x80090346, 0x80090348, 0x80090350, 0x8009035E, 0x8009035F,
    0x80090361, 0x80090363, 0x80090367, 0x80092010, 0x80092012, 0x80092013, 0x800B0101, 0x800B0109,
    0x800B010A, 0x800B010C, 0x800B0110, 0x800B0112, 0xC000006D, 0xC000006A, 0xC0000064, 0xC000006E,
    0xC000006F, 0xC0000070, 0xC0000071, 0xC0000072, 0xC000005E, 0xC00000DF, 0xC0000133, 0xC000015B,
    0xC000018D, 0xC0000192, 0xC0000193, 0xC0000224, 0xC0000234, 0xC00002FD, 0xC0000322, 0xC000035B,
    0xC0000388, 0xC0000413, 0xC0000418, 0xC000010B};

TEST(Win32Codes, KnowsEveryCodeThatIsSeenBesideARefusal) {
    EXPECT_EQ(std::size(kSeenBesideRefusals), 132U);
    for (const std::uint32_t code : kSeenBesideRefusals) {
        const Win32Code* known = find_code(code);
        ASSERT_NE(known, nullptr) << code;
        EXPECT_EQ(known->code, canonical_code(code));
        EXPECT_FALSE(known->symbol.empty() || known->meaning.empty()) << code;
        EXPECT_NE(known->meaning.back(), '.') << "it completes a sentence";
    }
}

TEST(Win32Codes, OneCauseIsOneEntryInWhateverSpelling) {
    for (const std::uint32_t code : {1909U, 0x80070775U, 0xC0000234U, 0xD0000234U}) {
        EXPECT_EQ(canonical_code(code), 1909U);
        ASSERT_NE(find_code(code), nullptr);
        EXPECT_EQ(find_code(code)->topic, CodeTopic::Locked);
    }
    EXPECT_EQ(find_code(0xC000035B), find_code(0x80090346));
    EXPECT_EQ(find_code(0x80070005), find_code(5));
    EXPECT_EQ(find_code(0xC0000418), find_code(1937));
    EXPECT_EQ(canonical_code(canonical_code(0xC000006D)), canonical_code(0xC000006D));
}

TEST(Win32Codes, AnUnknownCodeIsNoneAndStaysANumber) {
    EXPECT_EQ(find_code(424242), nullptr);
    EXPECT_EQ(code_text(424242), "0x00067932");
    EXPECT_EQ(code_text(4242), "4242");
}

TEST(Win32Codes, AreReadAsLogsTracesAndPagesWriteThem) {
    EXPECT_EQ(parse_code("5"), 5U);
    EXPECT_EQ(parse_code("2148074254"), 0x8009030EU);
    EXPECT_EQ(parse_code("-2146893042"), 0x8009030EU);
    EXPECT_EQ(parse_code("-1073741715"), 0xC000006DU);
    EXPECT_EQ(parse_code("0x8009030c"), 0x8009030CU);
    EXPECT_EQ(parse_code("0X80070005"), 0x80070005U);
}

TEST(Win32Codes, WhatIsNoCodeIsNotRead) {
    for (const char* text : {"", "-", "0x", "+5", " 5", "5 ", "0x-5", "0xg", "1.5", "4294967296",
                             "-2147483649", "0x100000000", "99999999999999999999"})
        EXPECT_EQ(parse_code(text), std::nullopt) << text;
}

TEST(Win32Codes, AreSpelledAsGivenWithTheirName) {
    EXPECT_EQ(code_text(1326), "1326 (ERROR_LOGON_FAILURE)");
    EXPECT_EQ(code_text(0x8009030C), "0x8009030C (SEC_E_LOGON_DENIED)");
    EXPECT_EQ(code_text(0x80070532), "0x80070532 (ERROR_PASSWORD_EXPIRED)");
    EXPECT_EQ(code_text(0xC0000234), "0xC0000234 (ERROR_ACCOUNT_LOCKED_OUT)");
}

}  // namespace
}  // namespace why401
