#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace why401::net {
namespace {

TEST(Endpoint, TextIsReadAndWrittenBack) {
    for (const char* text :
         {"127.0.0.1:8401", "[::1]:8401", "0.0.0.0:0", "[::]:65535", "192.0.2.7:80", "[2001:db8::1]:443"}) {
        const auto endpoint = parse_endpoint(text);
        ASSERT_TRUE(endpoint.has_value()) << text;
        EXPECT_EQ(to_string(*endpoint), text);
    }
    EXPECT_EQ(to_string(*parse_endpoint(":8401")), "127.0.0.1:8401") << "loopback, not every address";
    EXPECT_EQ(to_string(*parse_endpoint("localhost:1")), "127.0.0.1:1");
    EXPECT_EQ(to_string(*parse_endpoint("[::ffff:127.0.0.1]:80")), "127.0.0.1:80") << "one address, one form";
}

TEST(Endpoint, NamesAndHalvesAreNone) {
    for (const char* text : {"", ":", "8401", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                             "127.0.0.1:80x", "::1:80", "[::1]", "[::1:80", "[]:80", "example.com:80",
                             "127.0.0.1.1:80", "1.2.3:80", " 127.0.0.1:80"})
        EXPECT_FALSE(parse_endpoint(text).has_value()) << text;
}

TEST(Endpoint, KnowsLoopbackAndTheWildcard) {
    EXPECT_TRUE(parse_endpoint("127.8.9.10:1")->is_loopback());
    EXPECT_TRUE(parse_endpoint("[::1]:1")->is_loopback());
    EXPECT_FALSE(parse_endpoint("[::2]:1")->is_loopback());
    EXPECT_FALSE(parse_endpoint("128.0.0.1:1")->is_loopback());
    EXPECT_TRUE(parse_endpoint("0.0.0.0:1")->is_any());
    EXPECT_TRUE(parse_endpoint("[::]:1")->is_any());
    EXPECT_FALSE(parse_endpoint("0.0.0.1:1")->is_any());
    EXPECT_TRUE(literal_endpoint("10.0.0.1", 1)->is_v4());
    EXPECT_FALSE(literal_endpoint("fe80::1", 1)->is_v4());
    EXPECT_FALSE(literal_endpoint("web01", 1).has_value());
}

TEST(Endpoint, ResolversKnowMoreSpellingsOfAnAddress) {
    for (const char* one :
         {"127.1", "127.0.1", "0x7f.1", "2130706433", "017700000001", "127.0.0.1", "::ffff:127.0.0.1"})
        EXPECT_EQ(numeric_endpoint(one, 80), parse_endpoint("127.0.0.1:80")) << one;
    EXPECT_TRUE(numeric_endpoint("0", 80)->is_any());
    for (const char* name : {"", "web01", "127.0.0.1.", "1.2.3.4.5", "256.1.1.1", "0x", "%31"})
        EXPECT_FALSE(numeric_endpoint(name, 80)) << name;
}

TEST(Endpoint, ReachesTellsWhichAddressesLeadToAListenerOfOurs) {
    struct Case {
        const char *target, *listener;
        bool reaches;
    };
    const Case cases[] = {
        {"127.0.0.1:8401", "127.0.0.1:8401", true},
        {"127.0.0.1:8402", "127.0.0.1:8401", false},
        {"0.0.0.0:8401", "127.0.0.1:8401", true},
        {"[::]:8401", "[::1]:8401", true},
        {"[::ffff:127.0.0.1]:8401", "127.0.0.1:8401", true},
        {"127.0.0.2:8401", "127.0.0.1:8401", false},
        {"127.0.0.1:8401", "0.0.0.0:8401", true},
        {"127.77.0.1:8401", "0.0.0.0:8401", true},
        {"127.0.0.1:8401", "[::]:8401", true},
        {"[::1]:8401", "[::]:8401", true},
        {"192.0.2.1:8401", "0.0.0.0:8401", false},
        {"192.0.2.1:8401", "[::]:8401", false},
        {"[::1]:8401", "127.0.0.1:8401", false},
    };
    for (const Case& c : cases)
        EXPECT_EQ(reaches(*parse_endpoint(c.target), *parse_endpoint(c.listener)), c.reaches)
            << c.target << " " << c.listener;
}

}  // namespace
}  // namespace why401::net
