#include "wire/http1_framing.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace why401::http1 {
namespace {

using namespace std::string_view_literals;
using Kind = HeadParser::Kind;

std::string to_text(const std::variant<Framing, Defect>& answer) {
    if (const Defect* defect = std::get_if<Defect>(&answer))
        return "refused at " + std::to_string(defect->offset) + " " + std::string(defect->clause);
    const Framing& framing = std::get<Framing>(answer);
    switch (framing.kind) {
        case BodyKind::None: return "none";
        case BodyKind::Length: return "length " + std::to_string(framing.length);
        case BodyKind::Chunked: return "chunked";
        case BodyKind::UntilClose: return "until close";
    }
    return "?";
}

// `fields` may hold a bar before the first offending byte; `expected` then ends in the clause alone.
std::string with_offset(std::string& head, std::string_view expected) {
    const std::size_t bar = head.find('|');
    if (bar == std::string::npos) return std::string(expected);
    head.erase(bar, 1);
    return "refused at " + std::to_string(bar) + " " + std::string(expected);
}

void expect_request(std::string_view fields, std::string_view expected,
                    std::string_view version = "HTTP/1.1") {
    std::string bytes = "POST / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
    const std::string answer = with_offset(bytes, expected);
    HeadParser parser(Kind::Request);
    ASSERT_EQ(parser.parse(bytes), Progress::Complete) << fields << parser.defect().what;
    EXPECT_EQ(to_text(request_framing(parser.head(), bytes)), answer) << bytes;
}

void expect_response(std::string_view status_line, std::string_view fields, std::string_view expected,
                     std::string_view method = "GET") {
    std::string bytes = std::string(status_line) + "\r\n" + std::string(fields) + "\r\n";
    const std::string answer = with_offset(bytes, expected);
    HeadParser parser(Kind::Response);
    ASSERT_EQ(parser.parse(bytes), Progress::Complete) << fields << parser.defect().what;
    EXPECT_EQ(to_text(response_framing(parser.head(), bytes, method)), answer) << bytes;
}

TEST(RequestFraming, ReadsTheTwoWaysARequestIsFramed) {
    expect_request("", "none");
    expect_request("Content-Length: 0\r\n", "length 0");
    expect_request("content-length:5\r\n", "length 5");
    expect_request("Content-Length:    0042\r\n", "length 42");
    expect_request("Content-Length: 5 \r\n", "length 5");
    expect_request("Content-Length: 5\t\r\n", "length 5");
    expect_request("Content-Length:\t5\r\n", "length 5");
    expect_request("Content-Length: 9223372036854775807\r\n", "length 9223372036854775807");
    expect_request("Transfer-Encoding: chunked\r\n", "chunked");
    expect_request("TRANSFER-encoding:CHUNKed\r\n", "chunked");
    expect_request("Content-Length: 7\r\n", "length 7", "HTTP/1.0");
}

struct Smuggling {
    std::string_view fields;
    std::string_view clause;
};
// What has smuggled requests past real proxies; the bar stands before the offending byte.
constexpr Smuggling kSmuggling[] = {
    {"Content-Length: 5\r\n|Transfer-Encoding: chunked\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: chunked\r\n|Content-Length: 5\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: identity\r\n|Content-Length: 5\r\n", "RFC 9112 6.3"},
    {"Content-Length: x\r\n|Transfer-Encoding: x\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: chunked\r\n|Transfer-Encoding: chunked\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: chunked\r\n|transfer-encoding: identity\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: x\r\n|Transfer-Encoding: chunked\r\n", "RFC 9112 6.3"},
    {"Transfer-Encoding: |xchunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |identity\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |gzip, chunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |chunked, chunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |chunked, identity\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |chunked;q=1\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |,chunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |chunked,\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |\"chunked\"\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |chunk\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |\xef\xbb\xbf\x63hunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding: |\xa0\x63hunked\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding:|\r\n", "RFC 9112 6.1"},
    {"Transfer-Encoding:|\tchunked\r\n", "RFC 9112 5.1"},
    {"Transfer-Encoding: |\tchunked\r\n", "RFC 9112 5.1"},
    {"Transfer-Encoding: chunked| \r\n", "RFC 9112 5.1"},
    {"Transfer-Encoding: chunked|\t\r\n", "RFC 9112 5.1"},
    {"Content-Length: 5\r\n|Content-Length: 5\r\n", "RFC 9112 6.3"},
    {"Content-Length: 5\r\nX: y\r\n|CONTENT-LENGTH: 6\r\n", "RFC 9112 6.3"},
    {"Content-Length: 5|, 5\r\n", "RFC 9110 8.6"},
    {"Content-Length: 5|,5\r\n", "RFC 9110 8.6"},
    {"Content-Length: |+5\r\n", "RFC 9110 8.6"},
    {"Content-Length: |-5\r\n", "RFC 9110 8.6"},
    {"Content-Length: 0|x5\r\n", "RFC 9110 8.6"},
    {"Content-Length: 5| 5\r\n", "RFC 9110 8.6"},
    {"Content-Length: 5|.0\r\n", "RFC 9110 8.6"},
    {"Content-Length: 1|e2\r\n", "RFC 9110 8.6"},
    {"Content-Length: 5|_0\r\n", "RFC 9110 8.6"},
    {"Content-Length: |\"5\"\r\n", "RFC 9110 8.6"},
    {"Content-Length: |\xef\xbc\x95\r\n", "RFC 9110 8.6"},
    {"Content-Length: |,5\r\n", "RFC 9110 8.6"},
    {"Content-Length:|\r\n", "RFC 9110 8.6"},
    {"Content-Length:   |\r\n", "RFC 9110 8.6"},
    {"Content-Length: |9223372036854775808\r\n", "RFC 9110 8.6"},
    {"Content-Length: |9999999999999999999\r\n", "RFC 9110 8.6"},
    {"Content-Length: 1844674407370955161|7\r\n", "RFC 9110 8.6"},
    {"Content-Length: 0000000000000000000|5\r\n", "RFC 9110 8.6"},
};

TEST(RequestFraming, RefusesEverySmugglingFormAtItsByte) {
    for (const Smuggling& smuggling : kSmuggling) expect_request(smuggling.fields, smuggling.clause);
}

TEST(ResponseFraming, RefusesTheSameForms) {
    for (const Smuggling& smuggling : kSmuggling) {
        expect_response("HTTP/1.1 200 OK", smuggling.fields, smuggling.clause);
        expect_response("HTTP/1.1 304 Not Modified", smuggling.fields, smuggling.clause);
        expect_response("HTTP/1.1 401 Unauthorized", smuggling.fields, smuggling.clause, "HEAD");
        expect_response("HTTP/1.1 200 OK", smuggling.fields, smuggling.clause, "CONNECT");
    }
}

TEST(RequestFraming, RefusesTransferEncodingInHttp10) {
    expect_request("|Transfer-Encoding: chunked\r\n", "RFC 9112 6.1", "HTTP/1.0");
    expect_response("HTTP/1.0 200 OK", "|Transfer-Encoding: chunked\r\n", "RFC 9112 6.1");
}

TEST(ResponseFraming, LastsUntilTheConnectionClosesWithoutAWord) {
    expect_response("HTTP/1.1 200 OK", "", "until close");
    expect_response("HTTP/1.0 401 No", "Connection: close\r\n", "until close");
    expect_response("HTTP/1.1 200", "Content-Length: 12\r\n", "length 12");
    expect_response("HTTP/1.1 200", "Transfer-Encoding: chunked\r\n", "chunked");
    expect_response("HTTP/1.1 407 No", "Content-Length: 12\r\n", "length 12", "CONNECT");
    expect_response("HTTP/1.1 200 OK", "", "until close",
                    "head");  // methods are case-sensitive, RFC 9110 9.1
}

TEST(ResponseFraming, KnowsTheResponsesWithoutABody) {
    for (std::string_view fields : {""sv, "Content-Length: 12\r\n"sv, "Transfer-Encoding: chunked\r\n"sv}) {
        expect_response("HTTP/1.1 200 OK", fields, "none", "HEAD");
        expect_response("HTTP/1.1 401 No", fields, "none", "HEAD");
        expect_response("HTTP/1.1 304 Not Modified", fields, "none");
        expect_response("HTTP/1.1 200 Connection established", fields, "none", "CONNECT");
    }
    for (std::string_view line :
         {"HTTP/1.1 100 Continue"sv, "HTTP/1.1 101 Switching"sv, "HTTP/1.1 204 No Content"sv}) {
        expect_response(line, "", "none");
        expect_response(line, "Content-Length: 0\r\n", "none");
        expect_response(line, "|Content-Length: 1\r\n", "RFC 9110 8.6");
        expect_response(line, "|Transfer-Encoding: chunked\r\n", "RFC 9112 6.1");
        expect_response(line, "X: y\r\n|Transfer-Encoding: chunked\r\n", "RFC 9112 6.1", "HEAD");
    }
}

TEST(KeepsConnection, FollowsVersionAndOptions) {
    struct Case {
        std::string_view head;
        bool keeps;
    };
    const Case cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive, close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\nConnection: keep-alive\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true},
        {"HTTP/1.1 200\r\n\r\n", true},
        {"HTTP/1.1 200\r\nProxy-Connection: close\r\n\r\n", true},
        {"HTTP/1.0 200\r\nProxy-Connection: keep-alive\r\n\r\n", false},
        {"HTTP/1.0 200\r\nConnection: keep-alive\r\n\r\n", true},
    };
    for (const Case& c : cases) {
        HeadParser parser(c.head.starts_with("HTTP/") ? Kind::Response : Kind::Request);
        ASSERT_EQ(parser.parse(c.head), Progress::Complete) << c.head;
        EXPECT_EQ(keeps_connection(parser.head(), c.head), c.keeps) << c.head;
    }
}

}  // namespace
}  // namespace why401::http1
