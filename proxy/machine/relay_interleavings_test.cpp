// Never another's identity: a million random interleavings of eight clients. In affinity and auth-aware each
// client gets the answers to its own requests, in order, made under its own name; the same clients before a
// blind pool are wronged soon.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/identity_world.h"

namespace why401 {
namespace {

using test::Happened;
using test::IdentityWorld;

constexpr std::uint64_t kInOneWorld = 10;  ///< interleavings, before everything begins anew

/// Four tests share the million. A build without optimisation takes a tenth of it:
/// WHY401_INTERLEAVINGS=1000000 asks for more.
std::uint64_t share() {
    const char* wanted = std::getenv("WHY401_INTERLEAVINGS");
#ifdef NDEBUG
    const std::uint64_t usual = 1'000'000;
#else
    const std::uint64_t usual = 100'000;
#endif
    return (wanted ? std::strtoull(wanted, nullptr, 10) : usual) / 4 + 1;
}

/// How many interleavings it takes until somebody is wronged in a way that has `what` in its words; 0 when
/// nobody is.
std::uint64_t run(std::string_view policy, bool switches, std::uint64_t interleavings, Happened& happened,
                  std::string& wrong, std::string_view what = "") {
    for (std::uint64_t seed = 1; happened.interleavings < interleavings; ++seed) {
        IdentityWorld world(seed, policy, switches, happened);
        bool right = true;
        for (std::uint64_t i = 0; i < kInOneWorld && right; ++i) right = world.interleave();
        if (right) right = world.end();
        if (right || world.wrong.find(what) == std::string::npos) continue;
        wrong = "world " + std::to_string(seed) + ": " + world.wrong;
        return happened.interleavings;
    }
    return 0;
}

void nobody_is_wronged(std::string_view policy, bool switches) {
    Happened happened;
    std::string wrong;
    EXPECT_EQ(run(policy, switches, share(), happened, wrong), 0U) << wrong;
    // Too little happened to prove anything?
    EXPECT_GT(happened.answers, share());
    EXPECT_GT(happened.logins, share() / 10);
    EXPECT_GT(happened.by_login, share() / 20);
    EXPECT_GT(happened.pipelined, share() / 10);
    EXPECT_GT(happened.breaks, share() / 100);
    if (switches) {
        EXPECT_GT(happened.switches, share() / 100);
    }
    const bool own_only = policy == "affinity" && !switches;
    EXPECT_TRUE(own_only ? happened.shared == 0 : happened.shared > share() / 100) << happened.shared;
    for (const auto& [name, count] : {std::pair{"interleavings", happened.interleavings},
                                      {"answers", happened.answers},
                                      {"logins", happened.logins},
                                      {"served by login", happened.by_login}})
        ::testing::Test::RecordProperty(name, std::to_string(count));
}

TEST(RelayInterleavings, InAffinityEachIsServedUnderItsOwnName) { nobody_is_wronged("affinity", false); }

TEST(RelayInterleavings, InAuthAwareEachIsServedUnderItsOwnName) { nobody_is_wronged("auth-aware", false); }

TEST(RelayInterleavings, SwitchingBetweenTheTwoWrongsNobody) { nobody_is_wronged("affinity", true); }

TEST(RelayInterleavings, AsSquidDecidesEachIsServedUnderItsOwnName) {
    nobody_is_wronged("like/squid", false);
}

TEST(RelayInterleavings, ABlindPoolIsFoundOutSoon) {
    for (const char* policy : {"pooled/lifo", "pooled/fifo", "pooled/round-robin", "pooled/random:5",
                               "like/nginx-1.29.7", "like/haproxy-safe", "like/traefik-3.1"}) {
        Happened happened;
        std::string wrong;
        EXPECT_NE(run(policy, false, 1'000, happened, wrong, " is served as "), 0U) << policy;
    }
}

}  // namespace
}  // namespace why401
