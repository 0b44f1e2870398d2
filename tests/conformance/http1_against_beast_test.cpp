// The listed differences are real, and over many messages made of the pieces where parsers go wrong there
// are no others.

#include <gtest/gtest.h>

#include <random>

#include "tests/conformance/http1_agreement.h"

namespace why401::conformance {
namespace {

class Pieces {
public:
    explicit Pieces(unsigned seed) : random_(seed) {}

    std::string message(Kind kind) {
        std::string bytes = kind == Kind::Request
                                ? one({"", "", "", "\r\n", "\r\n\r\n"}) + one({"GET", "POST", "CONNECT"}) +
                                      one({" ", " ", "  "}) + one({"/", "http://a/b?c", "*", "a:80"}) + ' ' +
                                      version()
                                : version() + ' ' + one({"200", "204", "304", "401", "100", "099", "42"}) +
                                      one({"", " ", " OK", " \t\x80"});
        bytes += end_of_line();
        if (kind == Kind::Request) bytes += one({"Host: a", "hOST:", "Host:\t[::1]:80", "X: y"}) + "\r\n";
        for (unsigned fields = below(5); fields != 0; --fields) bytes += field() + end_of_line();
        bytes += "\r\n";
        for (unsigned chunks = below(4); chunks != 0; --chunks) bytes += chunk();
        if (below(4) != 0)
            bytes += "0\r\n" + one({"", "", "A: b\r\n", "Host: a\r\n", "Connection: (\r\n"}) + "\r\n";
        if (below(4) == 0) bytes.resize(below(static_cast<unsigned>(bytes.size())));
        return bytes;
    }

private:
    unsigned below(unsigned limit) { return limit == 0 ? 0 : static_cast<unsigned>(random_() % limit); }
    std::string one(std::initializer_list<const char*> choices) {
        return *(choices.begin() + below(static_cast<unsigned>(choices.size())));
    }
    std::string version() {
        return one({"HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1"});
    }
    std::string end_of_line() { return below(40) == 0 ? one({"\n", "\r", "\r\r\n", "\r\n "}) : "\r\n"; }
    std::string field() {
        return one({"Transfer-Encoding: chunked",
                    "Transfer-Encoding: chunked",
                    "transfer-encoding:chunked",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: xchunked",
                    "Content-Length: 5",
                    "Content-Length:\t3 ",
                    "Content-Length: 0",
                    "Content-Length: +1",
                    "Content-Length: 5, 5",
                    "Connection: close",
                    "Connection: Keep-Alive, x",
                    "Connection: (",
                    "Proxy-Connection: close",
                    "A: b\t c ",
                    "A:",
                    "A : b",
                    "\x80: b",
                    "A: \x80\xff",
                    "A: \x7f",
                    "Upgrade: h2c"});
    }
    std::string chunk() {
        return one({"3", "03", "3;a", "3;a=b", "3;a=\"b\\\"\"", "3 ", "3; a", "-1", "3x"}) + end_of_line() +
               "abc" + one({"\r\n", "\r\n", "\r\n", "\r\n", "\n"});
    }

    std::minstd_rand random_;
};

TEST(Http1AgainstBeast, EachListedDifferenceIsReal) {
    for (const Strictness& one : strictnesses()) {
        EXPECT_EQ(read_with_ours(one.example, one.kind).refusal, one.refusal) << one.example;
        const Reading beast = read_with_beast(one.example, one.kind);
        EXPECT_TRUE(beast.whole) << one.example << beast.refusal;
    }
}

TEST(Http1AgainstBeast, WhatOnlyOursTakesIsHarmless) {
    for (const auto& [kind, bytes] :
         {std::pair{Kind::Request, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
          std::pair{Kind::Response, "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"},
          std::pair{Kind::Request, "GET / HTTP/1.1\r\nHost: a\r\nConnection: (\r\n\r\n"}}) {
        EXPECT_TRUE(read_with_ours(bytes, kind).whole) << bytes;
        EXPECT_TRUE(read_with_beast(bytes, kind).refused) << bytes;
        EXPECT_EQ(disagreement(bytes, kind), "") << bytes;
    }
}

TEST(Http1AgainstBeast, NoOtherDifferenceIsFoundAmongFiftyThousandMessages) {
    Pieces pieces(401);
    int whole = 0, refused_by_ours_alone = 0;
    for (int i = 0; i < 50'000; ++i) {
        const Kind kind = static_cast<Kind>(i % 3);
        const std::string bytes = pieces.message(kind);
        ASSERT_EQ(disagreement(bytes, kind), "") << i << ":\n" << bytes;
        const Reading ours = read_with_ours(bytes, kind), beast = read_with_beast(bytes, kind);
        whole += ours.whole && beast.whole;
        refused_by_ours_alone += ours.refused && beast.whole;
    }
    EXPECT_GT(whole, 4'000);
    EXPECT_GT(refused_by_ours_alone, 1'000);
}

}  // namespace
}  // namespace why401::conformance
