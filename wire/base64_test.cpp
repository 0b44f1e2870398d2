#include "wire/base64.h"

#include <gtest/gtest.h>

namespace why401::base64 {
namespace {

TEST(Base64, EncodesAndDecodesTheExamplesOfRfc4648) {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : cases) {
        EXPECT_EQ(encode(bytes), text);
        EXPECT_EQ(decode_strict(text), bytes);
    }
}

TEST(Base64, KeepsEveryByteValue) {
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
    EXPECT_EQ(decode_strict(encode(all)), all);
}

struct Fault {
    const char* text;
    const char* bytes;
    const char* what;
    std::size_t offset;
    bool complete;
};

class Base64Fault : public testing::TestWithParam<Fault> {};

TEST_P(Base64Fault, IsNamedWithItsPlaceWhileTheRestIsStillDecoded) {
    const Decoded decoded = decode(GetParam().text);
    EXPECT_EQ(decoded.bytes, GetParam().bytes);
    ASSERT_EQ(decoded.anomalies.size(), 1U);
    EXPECT_EQ(decoded.anomalies[0].what, GetParam().what);
    EXPECT_EQ(decoded.anomalies[0].offset, GetParam().offset);
    EXPECT_EQ(decoded.complete, GetParam().complete);
    EXPECT_FALSE(decode_strict(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Base64Fault,
    testing::Values(Fault{"Zm8", "fo", "padding is missing", 3, true},
                    Fault{"Zm9v=", "foo", "too much padding", 4, true},
                    Fault{"Zm8==", "fo", "too much padding", 3, true},
                    Fault{"Zm 9v", "foo", "white space inside base64", 2, true},
                    Fault{"Zm9_", "fo\x7f", "URL-safe alphabet instead of + and /", 3, true},
                    Fault{"Zm9=", "fo", "bits after the last byte are not zero", 3, true},
                    Fault{"Zm9v!m9v", "foo", "not a base64 character", 4, false},
                    Fault{"Zm8=Zm8=", "fo", "bytes after the padding", 4, false},
                    Fault{"Zm9vY", "foo", "one character left over: the text is cut off", 5, false}));

TEST(Base64, NamesEachKindOfFaultOnceHoweverOftenItOccurs) {
    EXPECT_EQ(decode("Z m 9 v Z m 9 v").anomalies.size(), 1U);
}

TEST(Base64Url, DecodesWhatJwtUsesAndNothingElse) {
    EXPECT_EQ(decode_url("Zm9_"), "fo\x7f");
    EXPECT_EQ(decode_url("Zg"), "f");
    EXPECT_FALSE(decode_url("Zg=="));
    EXPECT_FALSE(decode_url("Zm9/"));
    EXPECT_FALSE(decode_url("Zm9vY"));
}

TEST(Base64, SaysWhichCharactersHoldARunOfBytes) {
    // "Zm9vYmFy": byte 1 stands in characters 1 and 2, bytes 3 to 5 in characters 4 to 7.
    EXPECT_EQ(characters_of(1, 1).offset, 1U);
    EXPECT_EQ(characters_of(1, 1).length, 2U);
    EXPECT_EQ(characters_of(3, 3).offset, 4U);
    EXPECT_EQ(characters_of(3, 3).length, 4U);
    EXPECT_EQ(characters_of(0, 3).length, 4U);
    EXPECT_EQ(characters_of(7, 0).length, 0U);
}

}  // namespace
}  // namespace why401::base64
