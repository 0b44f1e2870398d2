// BodyReader: the same answer however a body is cut, and nothing taken of what follows it.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "wire/http1_framing.h"

namespace why401::http1 {
namespace {

using namespace std::string_view_literals;

struct Outcome {
    std::string payload;
    std::size_t consumed = 0;
    bool done = false;
    std::string defect;  // "9 RFC 9112 7.1: what"
    bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& o) {
    return out << "[" << o.payload << "] consumed " << o.consumed << (o.done ? " done" : "") << " "
               << o.defect;
}

// Feeds `piece` until all of it is consumed, or the reader is done or refuses.
bool feed(BodyReader& reader, std::string_view piece, Outcome& outcome) {
    while (true) {
        const BodyReader::Step step = reader.read(piece);
        EXPECT_LE(step.consumed, piece.size());
        EXPECT_LE(step.payload_begin + step.payload_length, step.consumed);
        outcome.payload += piece.substr(step.payload_begin, step.payload_length);
        outcome.consumed += step.consumed;
        outcome.done = step.done;
        if (step.defect)
            outcome.defect = std::to_string(step.defect->offset) + " " + std::string(step.defect->clause) +
                             ": " + std::string(step.defect->what);
        if (step.done || step.defect || step.consumed == piece.size()) return !step.done && !step.defect;
        EXPECT_GT(step.consumed, 0u) << "no progress";
        if (step.consumed == 0) return false;
        piece.remove_prefix(step.consumed);
    }
}

Outcome in_pieces(Framing framing, std::string_view bytes, std::size_t first, std::size_t then) {
    BodyReader reader(framing);
    Outcome outcome;
    std::size_t size = first;
    while (!bytes.empty()) {
        const std::string piece(
            bytes.substr(0, size));  // a buffer of its own: reading behind it is seen by ASan
        bytes.remove_prefix(piece.size());
        if (!piece.empty() && !feed(reader, piece, outcome)) break;
        size = then;
    }
    EXPECT_EQ(reader.done(), outcome.done);
    EXPECT_EQ(reader.payload_bytes(), outcome.payload.size());
    return outcome;
}

Outcome everywhere(Framing framing, std::string_view bytes) {
    const Outcome whole = in_pieces(framing, bytes, bytes.size(), 1);
    EXPECT_EQ(in_pieces(framing, bytes, 1, 1), whole);
    EXPECT_EQ(in_pieces(framing, bytes, 3, 3), whole);
    for (std::size_t at = 1; at < bytes.size(); ++at)
        EXPECT_EQ(in_pieces(framing, bytes, at, bytes.size()), whole);
    return whole;
}

constexpr Framing kChunked{BodyKind::Chunked, 0};

void expect_body(Framing framing, std::string_view bytes, std::string_view payload) {
    SCOPED_TRACE(bytes);
    const Outcome expected{std::string(payload), bytes.size(), true, ""};
    EXPECT_EQ(everywhere(framing, bytes), expected);
    for (std::string_view next : {"GET / HTTP/1.1\r\n"sv, "\r\n"sv, "0\r\n\r\n"sv, "\n"sv, "\0"sv})
        EXPECT_EQ(everywhere(framing, std::string(bytes) + std::string(next)), expected) << next;
}

TEST(Body, OfALengthEndsAtItsLastByte) {
    expect_body({BodyKind::Length, 5}, "hello", "hello");
    expect_body({BodyKind::Length, 4}, "\0\r\n\0"sv, "\0\r\n\0"sv);
    const Outcome part = everywhere({BodyKind::Length, 6}, "hello");
    EXPECT_EQ(part, (Outcome{"hello", 5, false, ""}));
}

TEST(Body, OfNothingIsDoneBeforeItBegins) {
    for (Framing framing : {Framing{}, Framing{BodyKind::Length, 0}}) {
        BodyReader reader(framing);
        EXPECT_TRUE(reader.done());
        const auto step = reader.read("GET /");
        EXPECT_TRUE(step.done);
        EXPECT_EQ(step.consumed, 0u);
        EXPECT_EQ(step.payload_length, 0u);
    }
    EXPECT_TRUE(BodyReader().done());
}

TEST(Body, UntilCloseTakesEverythingAndIsNeverDone) {
    EXPECT_EQ(everywhere({BodyKind::UntilClose, 0}, "0\r\n\r\nmore"),
              (Outcome{"0\r\n\r\nmore", 9, false, ""}));
}

TEST(Body, OfLengthBeyond32BitsIsCounted) {
    BodyReader reader({BodyKind::Length, 1ull << 33});
    const std::string block(1 << 20, 'x');
    for (int i = 1; i < 1 << 13; ++i) ASSERT_FALSE(reader.read(block).done);
    EXPECT_TRUE(reader.read(block).done);
    EXPECT_EQ(reader.payload_bytes(), 1ull << 33);
}

TEST(Chunks, AreReadHoweverTheyArrive) {
    expect_body(kChunked, "0\r\n\r\n", "");
    expect_body(kChunked, "5\r\nhello\r\n0\r\n\r\n", "hello");
    expect_body(kChunked, "1\r\na\r\n2\r\n\r\n\r\n000\r\n\r\n", "a\r\n");
    expect_body(kChunked, "000000000000000a\r\n0123456789\r\n0000000000000000\r\n\r\n", "0123456789");
    expect_body(kChunked, "B\r\n0123456789a\r\n0\r\n\r\n", "0123456789a");
}

TEST(Chunks, MayHaveExtensionsAndTrailers) {
    expect_body(kChunked, "5;a\r\nhello\r\n0;b=c;d=\"e\"\r\n\r\n", "hello");
    expect_body(kChunked, "1;q=\"\\\"; \t\x80\\\\\";z\r\na\r\n0\r\n\r\n", "a");
    expect_body(kChunked, "1;q=\"\"\r\na\r\n0\r\n\r\n", "a");
    expect_body(kChunked, "1\r\na\r\n0\r\nX-Sum: 1\r\nEmpty:\r\nY:\ta b\t\x80\r\n\r\n", "a");
    expect_body(kChunked,
                "0\r\nContent-Length-Of-Something: 5\r\nContent-Lengt: 5\r\nContent-Lengths: 5\r\n\r\n", "");
}

struct Refusal {
    std::string_view marked;  // the bar stands before the offending byte
    std::string_view clause;
};

constexpr Refusal kChunkRefusals[] = {
    {"|\r\n", "RFC 9112 7.1"},
    {"|\n", "RFC 9112 2.2"},
    {"|;a\r\n", "RFC 9112 7.1"},
    {"| 5\r\nhello\r\n", "RFC 9112 7.1"},
    {"|\t5\r\n", "RFC 9112 7.1"},
    {"5| \r\nhello\r\n", "RFC 9112 7.1"},
    {"5|\t\r\n", "RFC 9112 7.1"},
    {"5| ;a\r\n", "RFC 9112 7.1"},
    {"|-5\r\n", "RFC 9112 7.1"},
    {"|+5\r\n", "RFC 9112 7.1"},
    {"0|x5\r\nhello\r\n", "RFC 9112 7.1"},
    {"5|,5\r\n", "RFC 9112 7.1"},
    {"5|_0\r\n", "RFC 9112 7.1"},
    {"|g\r\n", "RFC 9112 7.1"},
    {"5|\0\r\n"sv, "RFC 9110 5.5"},
    {"|\x0b\x35\r\n", "RFC 9110 5.5"},
    {"5|\nhello\r\n", "RFC 9112 2.2"},
    {"5|\rhello\r\n", "RFC 9112 2.2"},
    {"5|\r\r\nhello\r\n", "RFC 9112 2.2"},
    {"5\r\nhello|\n0\r\n\r\n", "RFC 9112 2.2"},
    {"5\r\nhello|\r0\r\n\r\n", "RFC 9112 2.2"},
    {"5\r\nhello| \r\n", "RFC 9112 7.1"},
    {"5\r\nhello|!\r\n", "RFC 9112 7.1"},
    {"5\r\nhello|0\r\n\r\n", "RFC 9112 7.1"},
    {"5\r\nhello\r\n|\r\n0\r\n", "RFC 9112 7.1"},
    {"0|\n\n", "RFC 9112 2.2"},
    {"0\r\n|\n", "RFC 9112 2.2"},
    {"0\r\n|\rX", "RFC 9112 2.2"},
    {"800000000000000|0\r\n", "RFC 9112 7.1"},
    {"fffffffffffffff|f\r\n", "RFC 9112 7.1"},
    {"0000000000000000|5\r\nhello\r\n", "RFC 9112 7.1"},
    {"1000000000000000|5\r\nhello\r\n", "RFC 9112 7.1"},
};

constexpr Refusal kExtensionRefusals[] = {
    {"5;|\r\n", "RFC 9112 7.1.1"},
    {"5;|\n", "RFC 9112 2.2"},
    {"5;a|\n", "RFC 9112 2.2"},
    {"5;a|\rb\r\n", "RFC 9112 2.2"},
    {"5;| a\r\n", "RFC 9112 7.1.1"},
    {"5;a| \r\n", "RFC 9112 7.1.1"},
    {"5;a=|\r\n", "RFC 9112 7.1.1"},
    {"5;|=b\r\n", "RFC 9112 7.1.1"},
    {"5;a=b|=c\r\n", "RFC 9112 7.1.1"},
    {"5;a=| b\r\n", "RFC 9112 7.1.1"},
    {"5;|;a\r\n", "RFC 9112 7.1.1"},
    {"5;a;|\r\n", "RFC 9112 7.1.1"},
    {"5;a=\"b|\r\n\"\r\n", "RFC 9112 7.1.1"},
    {"5;a=\"b|\n\"\r\n", "RFC 9112 2.2"},
    {"5;a=\"b\\|\r\n", "RFC 9112 7.1.1"},
    {"5;a=\"b|\0\"\r\n"sv, "RFC 9110 5.5"},
    {"5;a=\"b\"|c\r\n", "RFC 9112 7.1.1"},
    {"5;a=\"b\"| \r\n", "RFC 9112 7.1.1"},
    {"5;|\xc3\xa9\r\n", "RFC 9112 7.1.1"},
    {"5;a=b|\"c\"\r\n", "RFC 9112 7.1.1"},
};

constexpr Refusal kTrailerRefusals[] = {
    {"0\r\n|Content-Length: 5\r\n\r\n", "RFC 9110 6.5.1"},
    {"0\r\nX: y\r\n|transfer-ENCODING: chunked\r\n\r\n", "RFC 9110 6.5.1"},
    {"0\r\n|Host: b\r\n\r\n", "RFC 9110 6.5.1"},
    {"0\r\n| X: y\r\n\r\n", "RFC 9112 5.2"},
    {"0\r\nX: y\r\n|\tz\r\n\r\n", "RFC 9112 5.2"},
    {"0\r\n|: y\r\n\r\n", "RFC 9110 5.1"},
    {"0\r\nX|\r\n\r\n", "RFC 9112 5"},
    {"0\r\nX| : y\r\n", "RFC 9110 5.1"},
    {"0\r\nX|\x01: y\r\n", "RFC 9110 5.5"},
    {"0\r\nX|\n: y\r\n", "RFC 9112 2.2"},
    {"0\r\nX: y|\n\r\n", "RFC 9112 2.2"},
    {"0\r\nX: y|\rz\r\n", "RFC 9112 2.2"},
    {"0\r\nX: y|\0\r\n"sv, "RFC 9110 5.5"},
    {"0\r\nX: |\x7f\r\n", "RFC 9110 5.5"},
    {"0\r\nGET| / HTTP/1.1\r\n", "RFC 9110 5.1"},
    {"0\r\n|\xc3\xa9: y\r\n", "RFC 9110 5.1"},
};

void expect_refused(const Refusal& refusal) {
    std::string bytes(refusal.marked);
    const std::size_t offset = bytes.find('|');
    ASSERT_NE(offset, std::string::npos);
    bytes.erase(offset, 1);
    SCOPED_TRACE(bytes);
    const Outcome outcome = everywhere(kChunked, bytes);
    const std::string expected = std::to_string(offset) + " " + std::string(refusal.clause) + ": ";
    EXPECT_EQ(outcome.defect.substr(0, expected.size()), expected) << outcome;
    EXPECT_FALSE(outcome.done);
    EXPECT_GE(outcome.consumed, offset);
    EXPECT_LT(outcome.consumed, bytes.size());
}

TEST(Chunks, RefuseSizesAndLineEndsThatReadTwoWays) {
    for (const Refusal& refusal : kChunkRefusals) expect_refused(refusal);
}

TEST(Chunks, RefuseExtensionsOutsideTheirGrammar) {
    for (const Refusal& refusal : kExtensionRefusals) expect_refused(refusal);
}

TEST(Chunks, RefuseTrailersThatFrameOrRouteOrAreNoFields) {
    for (const Refusal& refusal : kTrailerRefusals) expect_refused(refusal);
}

TEST(Chunks, StayRefused) {
    BodyReader reader(kChunked);
    ASSERT_TRUE(reader.read("x").defect);
    const auto again = reader.read("0\r\n\r\n");
    ASSERT_TRUE(again.defect);
    EXPECT_EQ(again.defect->offset, 0u);
    EXPECT_EQ(again.consumed, 0u);
    EXPECT_FALSE(reader.done());
}

TEST(Chunks, TakeTheLargestSizeThatFits63Bits) {
    BodyReader reader(kChunked);
    const auto step = reader.read("7fffffffffffffff\r\nabc");
    EXPECT_FALSE(step.defect);
    EXPECT_EQ(step.payload_length, 3u);
}

TEST(Chunks, AnswerOneRunOfContentAtATime) {
    BodyReader reader(kChunked);
    const std::string_view bytes = "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    const auto first = reader.read(bytes);
    EXPECT_EQ(bytes.substr(first.payload_begin, first.payload_length), "ab");
    EXPECT_EQ(first.consumed, 5u);
    const auto second = reader.read(bytes.substr(5));
    EXPECT_EQ(bytes.substr(5).substr(second.payload_begin, second.payload_length), "c");
    EXPECT_EQ(second.consumed, 6u);
    const auto last = reader.read(bytes.substr(11));
    EXPECT_EQ(last.payload_length, 0u);
    EXPECT_TRUE(last.done);
}

std::string extended_chunk(std::size_t extension) {
    return "1;" + std::string(extension - 1, 'e') + "\r\nx\r\n";
}

TEST(ChunkLimits, ExtensionsBeyondTheContentEndAt64KiB) {
    BodyReader reader(kChunked);
    Outcome outcome;
    EXPECT_TRUE(feed(reader, extended_chunk(65536), outcome));
    EXPECT_FALSE(feed(reader, "1;e\r\nx", outcome));
    EXPECT_NE(outcome.defect.find("RFC 9112 7.1.1"), std::string::npos) << outcome.defect;
    EXPECT_NE(outcome.defect.find("limit"), std::string::npos) << outcome.defect;
}

TEST(ChunkLimits, ExtensionsOfALongDownloadNeverRunOut) {
    BodyReader reader(kChunked);
    Outcome outcome;
    const std::string chunk = "40;sig=0123456789abcdef\r\n" + std::string(64, 'x') + "\r\n";
    for (int i = 0; i < 10000; ++i) ASSERT_TRUE(feed(reader, chunk, outcome)) << outcome.defect;
}

TEST(ChunkLimits, ATrailerSectionEndsAt64KiB) {
    BodyReader fits(kChunked), exceeds(kChunked);
    Outcome outcome;
    EXPECT_TRUE(feed(fits, "0\r\nX:" + std::string(65534, 'y'), outcome));
    EXPECT_EQ(outcome.defect, "");
    EXPECT_FALSE(feed(exceeds, "0\r\nX:" + std::string(65535, 'y'), outcome));
    EXPECT_EQ(outcome.defect, "65539 RFC 9112 7.1.2: the trailer section is longer than the limit of 64 KB");
}

}  // namespace
}  // namespace why401::http1
