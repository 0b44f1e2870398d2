#include "wire/der.h"

#include <gtest/gtest.h>

#include "wire/hex.h"

namespace why401::der {
namespace {

std::string bytes(const char* digits) { return hex::decode(digits).value(); }

TEST(Der, WalksTheElementsOfOneLevelWithTheirPlaces) {
    const std::string token = bytes("30060201050a01ff");
    Elements elements(token, 100);
    const auto sequence = elements.next();
    ASSERT_TRUE(sequence);
    EXPECT_EQ(sequence->tag, kSequence);
    EXPECT_EQ(sequence->offset, 100U);
    EXPECT_EQ(sequence->content_offset, 102U);
    EXPECT_FALSE(elements.next());
    EXPECT_EQ(elements.fault(), Fault::None);
    Elements inside(*sequence);
    const auto number = inside.next();
    ASSERT_TRUE(number);
    EXPECT_EQ(number->content_offset, 104U);
    EXPECT_EQ(integer(number->content), 5);
}

TEST(Der, ReadsLengthsOfSeveralBytes) {
    const std::string token = encode(kOctetString, std::string(300, 'x'));
    EXPECT_EQ(hex::encode(token.substr(0, 4)), "0482012c");
    EXPECT_EQ(Elements(token).next()->content.size(), 300U);
}

TEST(Der, ClipsAnElementThatClaimsTooMuchAndStopsThere) {
    const std::string token = bytes("0405616263");
    Elements elements(token);
    const auto element = elements.next();
    ASSERT_TRUE(element);
    EXPECT_TRUE(element->clipped());
    EXPECT_EQ(element->content, "abc");
    EXPECT_EQ(elements.fault(), Fault::Truncated);
    EXPECT_EQ(elements.fault_offset(), 5U);
    EXPECT_FALSE(elements.next());
}

struct Refused {
    const char* digits;
    Fault fault;
};

class DerRefusal : public testing::TestWithParam<Refused> {};

TEST_P(DerRefusal, IsNamed) {
    const std::string token = bytes(GetParam().digits);
    Elements elements(token);
    EXPECT_FALSE(elements.next());
    EXPECT_EQ(elements.fault(), GetParam().fault);
    EXPECT_NE(std::string(sentence(elements.fault())), "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, DerRefusal,
                         testing::Values(Refused{"3080020105", Fault::IndefiniteLength},
                                         Refused{"04850100000000", Fault::LengthTooLarge},
                                         Refused{"0488ffffffffffffffff", Fault::LengthTooLarge},
                                         Refused{"04ff", Fault::Truncated}, Refused{"04", Fault::Truncated},
                                         Refused{"0482", Fault::Truncated},
                                         Refused{"1f8101", Fault::HighTagNumber}));

TEST(Der, RefusesMoreThanSixteenLevels) {
    std::string token;
    for (int i = 0; i < 40; ++i) token = encode(kSequence, token);
    Elements level(token);
    int depth = 0;
    auto element = level.next();
    while (element) {
        ++depth;
        level = Elements(*element);
        element = level.next();
    }
    EXPECT_EQ(depth, kMaxDepth);
    EXPECT_EQ(level.fault(), Fault::TooDeep);
}

TEST(Oid, ReadsAndWritesDottedText) {
    for (const char* dotted : {"1.3.6.1.5.5.2", "1.2.840.113554.1.2.2", "1.2.840.48018.1.2.2", "2.999.3",
                               "0.0", "1.3.6.1.4.1.311.2.2.10"}) {
        const std::string encoded = encode_oid(dotted);
        EXPECT_EQ(oid_text(std::string_view(encoded).substr(2)), dotted);
    }
    EXPECT_EQ(hex::encode(encode_oid("1.3.6.1.5.5.2")), "06062b0601050502");
}

TEST(Oid, IsEmptyWhenItIsCutOffPaddedOrTooLong) {
    EXPECT_EQ(oid_text(""), "");
    EXPECT_EQ(oid_text(bytes("2b86")), "") << "the last arc is not finished";
    EXPECT_EQ(oid_text(bytes("2b8001")), "") << "padded with a zero septet";
    EXPECT_EQ(oid_text(std::string(31, '\x01')).substr(0, 5), "0.1.1") << "32 arcs";
    EXPECT_EQ(oid_text(std::string(32, '\x01')), "") << "33 arcs";
    EXPECT_EQ(oid_text(bytes("2bffffffffffffff7f")), "") << "an arc beyond 40 bits";
}

TEST(Integer, ReadsUpToEightBytesWithSign) {
    EXPECT_EQ(integer(bytes("00ff")), 255);
    EXPECT_EQ(integer(bytes("ff")), -1);
    EXPECT_EQ(integer(bytes("8000000000000000")), INT64_MIN);
    EXPECT_FALSE(integer(""));
    EXPECT_FALSE(integer(bytes("010000000000000000")));
}

TEST(Integer, IsWrittenInTheFewestBytes) {
    EXPECT_EQ(hex::encode(encode_integer(0)), "020100");
    EXPECT_EQ(hex::encode(encode_integer(127)), "02017f");
    EXPECT_EQ(hex::encode(encode_integer(128)), "02020080");
    EXPECT_EQ(hex::encode(encode_integer(-133)), "0202ff7b");
    EXPECT_EQ(hex::encode(encode_integer(1, kEnumerated)), "0a0101");
}

TEST(Bits, PutTheFirstBitHighest) {
    EXPECT_EQ(bits(bytes("0020000000")), 0x20000000U);
    EXPECT_EQ(bits(bytes("0520")), 0x20000000U);
    EXPECT_FALSE(bits(bytes("00")));
    EXPECT_FALSE(bits(bytes("000000000000")));
}

}  // namespace
}  // namespace why401::der
