#include "record/message.h"

#include <gtest/gtest.h>

#include "record/exchange.h"

namespace why401 {
namespace {

using Kind = http1::HeadParser::Kind;

TEST(Message, KeepsItsHeadByteForByteAndReadsItsFields) {
    const std::string head = "\r\nGET /a HTTP/1.1\r\nHost:  web01 \r\nX: 1\r\nx: 2\r\n\r\n";
    const Message message = message_from_head(head, Kind::Request);
    EXPECT_EQ(message.head, head);
    EXPECT_TRUE(message.exists());
    EXPECT_EQ(message.method(), "GET");
    EXPECT_EQ(message.target(), "/a");
    EXPECT_EQ(value(message, "HOST"), "web01");
    EXPECT_EQ(values(message, "X"), (std::vector<std::string_view>{"1", "2"}));
    EXPECT_TRUE(has_field(message, "x"));
}

TEST(Message, KeepsChallengeLinesApart) {
    const Message message = message_from_head(
        "HTTP/1.1 401\r\nWWW-Authenticate: Negotiate\r\nDate: x\r\nwww-authenticate: NTLM\r\n\r\n",
        Kind::Response);
    EXPECT_EQ(message.parsed.status, 401);
    EXPECT_EQ(values(message, "WWW-Authenticate"), (std::vector<std::string_view>{"Negotiate", "NTLM"}));
}

TEST(Message, OfARefusedHeadKeepsItsBytesAndHasNoFields) {
    for (const char* head :
         {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n", "?"}) {
        const Message message = message_from_head(head, Kind::Request);
        EXPECT_EQ(message.head, head);
        EXPECT_TRUE(message.exists());
        EXPECT_TRUE(message.parsed.fields.empty());
        EXPECT_EQ(message.method(), "");
        EXPECT_EQ(message.target(), "");
        EXPECT_EQ(value(message, "Host"), "");
        EXPECT_FALSE(has_field(message, "Host"));
    }
}

TEST(Message, DoesNotExistWithoutAHead) {
    const Message none = message_from_head("", Kind::Response);
    EXPECT_FALSE(none.exists());
    EXPECT_FALSE(has_field(none, "Date"));
    EXPECT_TRUE(values(none, "Date").empty());
}

TEST(Message, ReadsAHeadTakenUnderWiderLimitsThanTheUsual) {
    const std::string long_value(300 * 1024, 'v');
    const Message message =
        message_from_head("HTTP/1.1 200\r\nX: " + long_value + "\r\n\r\n", Kind::Response);
    EXPECT_EQ(value(message, "x").size(), long_value.size());
}

TEST(Message, TellsAnEmptyValueFromAMissingField) {
    const Message message = message_from_head("HTTP/1.1 200\r\nX:\r\n\r\n", Kind::Response);
    EXPECT_TRUE(has_field(message, "X"));
    EXPECT_EQ(value(message, "X"), "");
    EXPECT_EQ(values(message, "X").size(), 1u);
    EXPECT_TRUE(values(message, "Y").empty());
}

TEST(Body, IsTruncatedWhenMorePassedThanWasKept) {
    EXPECT_FALSE(Body{}.truncated());
    EXPECT_FALSE((Body{"abc", 3}).truncated());
    EXPECT_TRUE((Body{"abc", 4}).truncated());
}

Edit edit(std::uint32_t offset, std::uint32_t length, std::string text) {
    return {offset, length, std::move(text), ""};
}

TEST(ForwardedHead, AppliesRemovalsReplacementsAndAdditionsInOrder) {
    EXPECT_EQ(
        forwarded_head("GET http://a/b HTTP/1.1\r\nHost: x\r\nProxy-Connection: y\r\n\r\n",
                       {edit(4, 10, "/b"), edit(31, 1, "a"), edit(34, 21, ""), edit(55, 0, "Via: z\r\n")}),
        "GET /b HTTP/1.1\r\nHost: a\r\nVia: z\r\n\r\n");
    EXPECT_EQ(forwarded_head("abc", {}), "abc");
    EXPECT_EQ(forwarded_head("abc", {edit(0, 0, "1"), edit(0, 0, "2"), edit(3, 0, "3")}), "12abc3");
    EXPECT_EQ(forwarded_head("abc", {edit(0, 3, "")}), "");
}

TEST(ForwardedHead, CutsEditsThatDoNotFit) {
    EXPECT_EQ(forwarded_head("abc", {edit(9, 1, "x")}), "abcx");
    EXPECT_EQ(forwarded_head("abc", {edit(1, 0xffffffff, "x")}), "ax");
    EXPECT_EQ(forwarded_head("abcdef", {edit(1, 3, "x"), edit(2, 1, "y")}), "axyf");
    EXPECT_EQ(forwarded_head("", {edit(0, 0, "x")}), "x");
}

std::string url_of(const std::string& request_line, const std::string& authority = "web01:8080") {
    Exchange exchange;
    exchange.scheme = "https";
    exchange.authority = authority;
    exchange.request = message_from_head(request_line + " HTTP/1.1\r\nHost: other\r\n\r\n", Kind::Request);
    return url(exchange);
}

TEST(Url, IsTheSameWhateverTheFormOfTheTarget) {
    EXPECT_EQ(url_of("GET /logo.png?a=b"), "https://web01:8080/logo.png?a=b");
    EXPECT_EQ(url_of("GET http://web02/x%2fy"), "http://web02/x%2fy");
    EXPECT_EQ(url_of("OPTIONS *"), "https://web01:8080/*");
    EXPECT_EQ(url_of("CONNECT web03:443"), "web03:443");
    EXPECT_EQ(url_of("GET /a", "[::1]"), "https://[::1]/a");
}

TEST(Url, IsAsReceivedWhenTheTargetFitsNoForm) {
    EXPECT_EQ(url_of("CONNECT web03"), "web03");
    EXPECT_EQ(url_of("GET web03"), "web03");
}

TEST(Url, OfARefusedOrUnknownRequestIsWhatIsKnown) {
    Exchange exchange;
    EXPECT_EQ(url(exchange), "");
    exchange.authority = "web01";
    EXPECT_EQ(url(exchange), "http://web01");
    exchange.request = message_from_head("GET / HTTP/9\r\n\r\n", Kind::Request);
    EXPECT_EQ(url(exchange), "http://web01");
}

}  // namespace
}  // namespace why401
