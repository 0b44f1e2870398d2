#include "certs/session_cache.h"

#include <gtest/gtest.h>

namespace why401::certs {
namespace {

SessionCache::Entry entry(const std::string& remark) {
    TlsFacts facts;
    facts.remarks = {remark};
    return {OwnedSession(SSL_SESSION_new()), std::make_shared<const TlsFacts>(facts)};
}

std::string found(SessionCache& cache, const std::string& server) {
    const SessionCache::Entry* one = cache.find(server);
    return one ? one->facts->remarks.front() : "none";
}

TEST(SessionCache, TheNewestSessionOfAServerIsKept) {
    SessionCache cache(2);
    EXPECT_EQ(found(cache, "a"), "none");
    cache.put("a", entry("old"));
    cache.put("a", entry("new"));
    EXPECT_EQ(found(cache, "a"), "new");
    EXPECT_EQ(cache.size(), 1U);
    cache.forget("a");
    EXPECT_EQ(found(cache, "a"), "none");
}

TEST(SessionCache, TheOneUnusedForLongestGoesFirst) {
    SessionCache cache(2);
    cache.put("a", entry("of a"));
    cache.put("b", entry("of b"));
    EXPECT_EQ(found(cache, "a"), "of a");
    cache.put("c", entry("of c"));
    EXPECT_EQ(found(cache, "b"), "none");
    EXPECT_EQ(found(cache, "a"), "of a");
    EXPECT_EQ(found(cache, "c"), "of c");
}

}  // namespace
}  // namespace why401::certs
