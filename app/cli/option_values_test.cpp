#include "app/cli/option_values.h"

#include <gtest/gtest.h>

namespace why401::cli {
namespace {

TEST(ByteCount, TakesSuffixesAsPowersOf1024) {
    EXPECT_EQ(parse_bytes("0"), 0U);
    EXPECT_EQ(parse_bytes("500"), 500U);
    EXPECT_EQ(parse_bytes("64K"), 65536U);
    EXPECT_EQ(parse_bytes("10m"), 10U << 20);
    EXPECT_EQ(parse_bytes("2G"), 2ULL << 30);
    EXPECT_EQ(parse_bytes("3MiB"), 3U << 20);
    EXPECT_EQ(parse_bytes("3mb"), 3U << 20);
}

TEST(ByteCount, RefusesWhatIsNone) {
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.5M", "K", "1T", "1KK", "1Kbyte", "0x10",
                             "99999999999999999999", "99999999999999999G"})
        EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(Map, TakesANameAndItsAddress) {
    EXPECT_EQ(parse_map("Web01=127.0.0.1")->first, "web01");
    EXPECT_EQ(parse_map("web01=127.0.0.1")->second.host, "127.0.0.1");
    EXPECT_EQ(parse_map("web01=127.0.0.1")->second.port, 0);
    EXPECT_EQ(parse_map("web01=127.0.0.1:8080")->second.port, 8080);
    EXPECT_EQ(parse_map("web01=[::1]:8080")->second.host, "::1");
    EXPECT_EQ(parse_map("web01=::1")->second.host, "::1");
}

TEST(Map, RefusesWhatIsNone) {
    for (const char* text : {"", "=", "web01", "web01=", "=127.0.0.1", "web01=web02", "web01=127.0.0.1:99999",
                             "a:80=127.0.0.1", "a b=127.0.0.1", "web01=1.2.3"})
        EXPECT_FALSE(parse_map(text)) << text;
    EXPECT_EQ(parse_map("web01=127.0.0.1:")->second.port, 0);  // RFC 3986 3.2.3: an empty port is the default
}

TEST(UpstreamProxy, IsAnHttpAddress) {
    EXPECT_EQ(parse_upstream_proxy("http://proxy.test:3128")->host, "proxy.test");
    EXPECT_EQ(parse_upstream_proxy("http://proxy.test:3128/")->port, 3128);
    EXPECT_EQ(parse_upstream_proxy("HTTP://proxy.test")->port, 80);
    EXPECT_EQ(parse_upstream_proxy("http://[::1]:8080")->host, "::1");
    for (const char* text : {"", "proxy.test:3128", "https://proxy.test", "socks5://proxy.test", "http://",
                             "http://a/path", "http://user:secret@proxy.test"})
        EXPECT_FALSE(parse_upstream_proxy(text)) << text;
}

}  // namespace
}  // namespace why401::cli
