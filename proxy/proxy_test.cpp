#include "proxy/proxy.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

bool contains(const char* range, const char* address) {
    const auto cidr = parse_cidr(range);
    EXPECT_TRUE(cidr.has_value()) << range;
    return cidr && cidr->contains(*net::literal_endpoint(address, 5));
}

TEST(Cidr, HoldsTheAddressesOfItsRangeInBothFamilies) {
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.200"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.100"));
    EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1")) << "all of IPv4, none of IPv6";
    EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.1.1")) << "the same address in its other form";
}

TEST(Cidr, WhatIsNoRangeIsRefused) {
    for (const char* text :
         {"", "10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0/8", "host/8", "/8"})
        EXPECT_FALSE(parse_cidr(text).has_value()) << text;
}

TEST(Proxy, ThrowsAtOnceWhenAnAddressCannotBeHad) {
    net::Loop loop;
    Journal journal;
    ProxyOptions options;
    options.listen = {*net::parse_endpoint("127.0.0.1:0")};
    Proxy first(loop, options, journal);
    options.listen = first.listening();
    EXPECT_THROW(Proxy(loop, options, journal), std::system_error);
}

TEST(Proxy, WithNothingUnderWayItDrainsAtOnce) {
    net::Loop loop;
    Journal journal;
    ProxyOptions options;
    options.listen = {*net::parse_endpoint("127.0.0.1:0"), *net::parse_endpoint("127.0.0.1:0")};
    Proxy proxy(loop, options, journal);
    EXPECT_EQ(proxy.listening().size(), 2u);
    bool drained = false;
    proxy.drain(std::chrono::seconds(10), [&] { drained = true; });
    EXPECT_TRUE(drained);
    EXPECT_EQ(proxy.counts().exchanges, 0u);
}

}  // namespace
}  // namespace why401
