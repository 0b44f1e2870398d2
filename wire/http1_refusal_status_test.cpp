// The status that a refused request is to be answered with.

#include <gtest/gtest.h>

#include "wire/http1_head.h"

namespace why401::http1 {
namespace {

TEST(RefusedRequests, HaveTheStatusTheirClauseNames) {
    const auto status = [](std::string_view bytes, Limits limits = {}) {
        HeadParser parser(HeadParser::Kind::Request, limits);
        return parser.parse(bytes) == Progress::Refused ? parser.defect().status : 0;
    };
    EXPECT_EQ(status("GET / HTTP/2.0\r\n"), 505);
    EXPECT_EQ(status("GET / HTTP/1.2\r\n"), 505);
    EXPECT_EQ(status("GET / HTTP/2.0\n"), 400) << "a bare LF is no line end";
    EXPECT_EQ(status("GET / HTTP/1.10\r\n"), 400) << "no version by the grammar";
    EXPECT_EQ(status("GET / http/2.0\r\n"), 400);
    EXPECT_EQ(status("GET /aaaaaaaaaaaaaaaaaaaa", {20, 10}), 414);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nX: aaaaaaaaaaaa", {20, 10}), 431);
    EXPECT_EQ(status("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n", {200, 2}), 431);
}

}  // namespace
}  // namespace why401::http1
