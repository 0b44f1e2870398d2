#include "record/search.h"

#include <gtest/gtest.h>

namespace why401::search {
namespace {

TEST(Search, AStarStandsForAnyTextAndNothingElseIsSpecial) {
    for (const auto& [pattern, text] : {std::pair("*", ""),
                                        {"", ""},
                                        {"*", "x"},
                                        {"a*", "A"},
                                        {"a*c", "abbc"},
                                        {"*b*", "abc"},
                                        {"100%_[?]", "100%_[?]"},
                                        {"**a", "ba"}})
        EXPECT_TRUE(glob(pattern, text)) << pattern << " " << text;
    for (const auto& [pattern, text] :
         {std::pair("", "a"), {"a", "ab"}, {"?", "a"}, {"[a]", "a"}, {"a_", "ab"}, {"%", "x"}, {"*a", "ab"}})
        EXPECT_FALSE(glob(pattern, text)) << pattern << " " << text;
    EXPECT_FALSE(glob(std::string(200, '*') + "b", std::string(20000, 'a')));
}

TEST(Search, AUserIsFoundWithAndWithoutTheDomain) {
    for (const char* pattern : {"alice", "contoso\\alice", "*\\alice", "ALICE"})
        EXPECT_TRUE(is_user(pattern, "CONTOSO\\alice")) << pattern;
    EXPECT_TRUE(is_user("alice", "alice@contoso.test"));
    EXPECT_FALSE(is_user("contoso.test", "alice@contoso.test"));
    EXPECT_FALSE(is_user("contoso", "CONTOSO\\alice"));
}

TEST(Search, AHostIsFoundWithAndWithoutPortAndDomain) {
    for (const char* pattern : {"web01", "web01.contoso.test", "web01.contoso.test:8080", "WEB*"})
        EXPECT_TRUE(is_host(pattern, "web01.contoso.test:8080")) << pattern;
    EXPECT_TRUE(is_host("[::1]", "[::1]:8080"));
    EXPECT_TRUE(is_host("[::1]", "[::1]"));
    EXPECT_FALSE(is_host("web0", "web01"));
    EXPECT_TRUE(is_host("*", ""));
}

TEST(Search, TextIsFoundInEitherCase) {
    EXPECT_TRUE(contains("WWW-Authenticate: NTLM", "www-authenticate: ntlm"));
    EXPECT_TRUE(contains("", ""));
    EXPECT_TRUE(contains(std::string_view("a\0b", 3), std::string_view("\0b", 2)));
    EXPECT_FALSE(contains("abc", "abcd"));
    EXPECT_FALSE(contains("100 %", "1*0"));
}

}  // namespace
}  // namespace why401::search
