#include "wire/http_target.h"

#include <gtest/gtest.h>

#include <string>

namespace why401::http1 {
namespace {

using namespace std::string_view_literals;

TEST(ParseAuthority, SplitsHostAndPort) {
    struct Case {
        std::string_view text, host;
        std::uint16_t port;
        bool written, bracketed;
    };
    const Case cases[] = {
        {"web01", "web01", 80, false, false},
        {"web01:8080", "web01", 8080, true, false},
        {"web01:080", "web01", 80, true, false},
        {"web01:65535", "web01", 65535, true, false},
        {"web01:", "web01", 80, false, false},
        {"10.0.0.1:1", "10.0.0.1", 1, true, false},
        {"[::1]", "::1", 80, false, true},
        {"[2001:DB8::1%25eth0]:443", "2001:DB8::1%25eth0", 443, true, true},
        {"a_b-c.d~e!$&'()*+;=%41", "a_b-c.d~e!$&'()*+;=%41", 80, false, false},
        {"\xc3\xa9.test", "\xc3\xa9.test", 80, false, false},
    };
    for (const Case& c : cases) {
        const auto authority = parse_authority(c.text, 80);
        ASSERT_TRUE(authority) << c.text;
        EXPECT_EQ(authority->host, c.host);
        EXPECT_EQ(authority->port, c.port) << c.text;
        EXPECT_EQ(authority->port_written, c.written) << c.text;
        EXPECT_EQ(authority->bracketed, c.bracketed) << c.text;
    }
}

TEST(ParseAuthority, RefusesWhatIsNoHostAndPort) {
    for (std::string_view text :
         {""sv,        ":80"sv,     "a:0"sv,   "a:65536"sv, "a:000080"sv, "a:99999999999"sv,
          "a:-1"sv,    "a:+1"sv,    "a:80x"sv, "a:8 0"sv,   "a:80:81"sv,  "a b"sv,
          " a"sv,      "a "sv,      "a\tb"sv,  "alice@a"sv, "al:ice@a"sv, "@a"sv,
          "a,b"sv,     "a/b"sv,     "a\\b"sv,  "a?b"sv,     "a#b"sv,      "a\0b"sv,
          "a\rb"sv,    "a\x7f"sv,   "[::1"sv,  "::1"sv,     "[]"sv,       "[]:80"sv,
          "[::1]a"sv,  "[::1]:x"sv, "[::g]"sv, "[1.2.3]"sv, "a[::1]"sv,   "[::1]]"sv,
          "[[::1]]"sv, "[:@:]"sv,   "a<b"sv,   "[%25:a]"sv})
        EXPECT_FALSE(parse_authority(text, 80)) << text;
}

TEST(FindBadAuthorityByte, PointsAtTheFirstOffendingByte) {
    EXPECT_EQ(find_bad_authority_byte(""), std::string_view::npos);
    EXPECT_EQ(find_bad_authority_byte("web01:80"), std::string_view::npos);
    EXPECT_EQ(find_bad_authority_byte("web01, web02"), 5u);
    EXPECT_EQ(find_bad_authority_byte("web01:8o"), 7u);
    EXPECT_EQ(find_bad_authority_byte("[::1]x"), 5u);
    EXPECT_EQ(find_bad_authority_byte("[::x]"), 3u);
    EXPECT_EQ(find_bad_authority_byte("[::1"), 0u);
}

TEST(ParseTarget, LeavesOriginFormAsReceived) {
    for (std::string_view target : {"/"sv, "//double"sv, "/a/../b/%2e%2E/%zz?x=/y?z"sv, "/http://a/"sv,
                                    "/a\\b|\"<>{}^`"sv, "/\xff\xc3\xa9"sv, "/*"sv, "/a@b:c,d"sv}) {
        const auto parsed = parse_target("GET", target);
        ASSERT_TRUE(parsed) << target;
        EXPECT_EQ(parsed->form, TargetForm::Origin);
        EXPECT_EQ(parsed->path, target);
        EXPECT_EQ(parsed->scheme, "");
        EXPECT_EQ(parsed->authority, "");
    }
}

TEST(ParseTarget, SplitsAbsoluteForm) {
    struct Case {
        std::string_view target, scheme, authority, host, path;
        std::uint16_t port;
    };
    const Case cases[] = {
        {"http://web01", "http", "web01", "web01", "", 80},
        {"http://web01/", "http", "web01", "web01", "/", 80},
        {"HTTP://Web01:8080/a%2fb?c=http://x/", "HTTP", "Web01:8080", "Web01", "/a%2fb?c=http://x/", 8080},
        {"http://web01?a/b", "http", "web01", "web01", "?a/b", 80},
        {"https://[::1]/", "https", "[::1]", "::1", "/", 443},
        {"wss://a/", "wss", "a", "a", "/", 443},
        {"ftp://a/x", "ftp", "a", "a", "/x", 0},
        {"http://a:/x", "http", "a:", "a", "/x", 80},
        {"http://a/b@c", "http", "a", "a", "/b@c", 80},
    };
    for (const Case& c : cases) {
        const auto parsed = parse_target("GET", c.target);
        ASSERT_TRUE(parsed) << c.target;
        EXPECT_EQ(parsed->form, TargetForm::Absolute);
        EXPECT_EQ(parsed->scheme, c.scheme);
        EXPECT_EQ(parsed->authority, c.authority);
        EXPECT_EQ(parsed->parsed.host, c.host);
        EXPECT_EQ(parsed->parsed.port, c.port) << c.target;
        EXPECT_EQ(parsed->path, c.path);
    }
    EXPECT_EQ(parse_target("OPTIONS", "http://web01")->form, TargetForm::Absolute);
}

TEST(ParseTarget, TakesAuthorityFormForConnectOnlyAndOnlyWithAPort) {
    const auto parsed = parse_target("CONNECT", "web01:443");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->form, TargetForm::Authority);
    EXPECT_EQ(parsed->authority, "web01:443");
    EXPECT_EQ(parsed->parsed.port, 443);
    EXPECT_EQ(parse_target("CONNECT", "[::1]:8443")->parsed.host, "::1");
    for (std::string_view target :
         {"web01"sv, "web01:"sv, "web01:0"sv, "web01:443/"sv, "/"sv, "*"sv, "http://web01/"sv,
          "http://web01:443"sv, "alice@web01:443"sv, ":443"sv, "web01:443#"sv, ""sv})
        EXPECT_FALSE(parse_target("CONNECT", target)) << target;
    EXPECT_FALSE(parse_target("GET", "web01:443"));
    EXPECT_FALSE(parse_target("connect", "web01:443"));
}

TEST(ParseTarget, TakesTheAsteriskForOptionsOnly) {
    EXPECT_EQ(parse_target("OPTIONS", "*")->form, TargetForm::Asterisk);
    EXPECT_FALSE(parse_target("GET", "*"));
    EXPECT_FALSE(parse_target("OPTIONS", "**"));
}

TEST(ParseTarget, RefusesWhatFitsNoForm) {
    for (std::string_view target : {""sv,
                                    "web01"sv,
                                    "a/b"sv,
                                    "?a"sv,
                                    "http:/a"sv,
                                    "http:a"sv,
                                    "://a/"sv,
                                    "1http://a/"sv,
                                    "ht_tp://a/"sv,
                                    "http://"sv,
                                    "http:///a"sv,
                                    "http://?a"sv,
                                    "http://:80/"sv,
                                    "http://alice@a/"sv,
                                    "http://alice:secret@a/"sv,
                                    "http://@a/"sv,
                                    "http://a:x/"sv,
                                    "http://a:70000/"sv,
                                    "http://a\\b/"sv,
                                    "http://a b/"sv,
                                    "http://a/#f"sv,
                                    "/a#f"sv,
                                    "/a b"sv,
                                    "/a\tb"sv,
                                    "/a\0b"sv,
                                    "/a\x7f"sv,
                                    "/a\r\nX: y"sv,
                                    "http://a,b/"sv,
                                    "mailto:a@b"sv,
                                    "javascript:alert(1)"sv})
        EXPECT_FALSE(parse_target("GET", target)) << target;
}

}  // namespace
}  // namespace why401::http1
