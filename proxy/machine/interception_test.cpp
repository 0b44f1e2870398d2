#include "proxy/machine/interception.h"

#include <gtest/gtest.h>

namespace why401 {
namespace {

TEST(Interception, ATunnelledHostWinsOverAnInterceptedOne) {
    const Interception choice{{"*"}, {"*.bank.test", "10.0.0.1"}};
    EXPECT_TRUE(choice.opens("web01.contoso.test"));
    EXPECT_TRUE(choice.opens("bank.test"));
    EXPECT_FALSE(choice.opens("www.BANK.test"));
    EXPECT_FALSE(choice.opens("www.bank.test.")) << "the same host";
    EXPECT_FALSE(choice.opens("10.0.0.1"));
}

TEST(Interception, WithoutAWordNothingIsOpened) {
    EXPECT_FALSE(Interception{}.opens("web01"));
    EXPECT_FALSE((Interception{{"web01"}, {}}.opens("web011")));
}

TEST(InterceptionHosts, AreAllNoneOrAList) {
    EXPECT_EQ(parse_hosts("all"), std::vector<std::string>{"*"});
    EXPECT_EQ(parse_hosts("none"), std::vector<std::string>{});
    EXPECT_EQ(parse_hosts("a.test,*.b.test,::1"), (std::vector<std::string>{"a.test", "*.b.test", "::1"}));
}

TEST(InterceptionHosts, AreNoAddressesOfPages) {
    for (const char* text : {"", "a,", ",a", "https://a", "a:443", "a/b", "[::1]", "a b"})
        EXPECT_FALSE(parse_hosts(text)) << text;
}

}  // namespace
}  // namespace why401
