#include "proxy/machine/policy.h"

#include <gtest/gtest.h>

#include "proxy/machine/upstream_pool.h"

namespace why401 {
namespace {

ConnectionId c(std::uint64_t n) { return {Leg::Client, n}; }
ConnectionId u(std::uint64_t n) { return {Leg::Upstream, n}; }

IdleUpstream idle(std::uint64_t n, std::uint64_t since) {
    IdleUpstream up;
    up.id = u(n);
    up.idle_since = since;
    return up;
}

std::optional<ConnectionId> chosen(std::string_view policy, const Asker& asker,
                                   const std::vector<IdleUpstream>& pool, PoolMemory* memory = nullptr) {
    PoolMemory fresh;
    const PoolDecision decision =
        choose_upstream(*parse_policy(policy), asker, pool, memory ? *memory : fresh);
    EXPECT_EQ(decision.opened_new, !decision.chosen.has_value());
    EXPECT_NE(decision.because, "");
    EXPECT_EQ(decision.policy, parse_policy(policy)->name);
    return decision.chosen;
}

TEST(Policy, EveryNameOfTheContractIsKnownAndKeepsItsName) {
    for (const char* name :
         {"affinity", "auth-aware", "pooled/lifo", "pooled/fifo", "pooled/round-robin", "pooled/random",
          "pooled/random:7", "pooled/random:18446744073709551615", "pooled/switch", "per-request",
          "like/haproxy-safe", "like/nginx-1.29.7", "like/traefik-3.1", "like/squid"}) {
        const auto policy = parse_policy(name);
        ASSERT_TRUE(policy.has_value()) << name;
        EXPECT_EQ(policy->name, name);
    }
    EXPECT_EQ(parse_policy("pooled")->name, "pooled/lifo");
    EXPECT_EQ(parse_policy("pooled/random:7")->seed, 7u);
    EXPECT_EQ(Policy{}.name, "affinity") << "the default";
    EXPECT_EQ(policy_names().front().name, "affinity");
}

TEST(Policy, AnythingElseIsNotAPolicy) {
    for (const char* name :
         {"", "Affinity", "pooled/", "pooled/random:", "pooled/random:x", "pooled/random:1x",
          "pooled/random:-1", "pooled/random:18446744073709551616", "pooled/lifo:1", "like/"})
        EXPECT_FALSE(parse_policy(name).has_value()) << name;
}

TEST(UpstreamPool, AffinityTakesItsOwnConnectionAndNobodyElses) {
    std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 2), idle(3, 3)};
    pool[0].owner = c(1);
    pool[1].owner = c(2);
    EXPECT_EQ(chosen("affinity", {c(1), {}}, pool), u(1));
    EXPECT_EQ(chosen("affinity", {c(2), {}}, pool), u(2));
    EXPECT_EQ(chosen("affinity", {c(3), {}}, pool), std::nullopt) << "not even the one nobody owns";
}

TEST(UpstreamPool, ThePooledOrdersDifferInWhichIdleConnectionTheyTake) {
    const std::vector<IdleUpstream> pool = {idle(1, 20), idle(2, 30), idle(3, 10)};
    EXPECT_EQ(chosen("pooled/lifo", {c(1), {}}, pool), u(2));
    EXPECT_EQ(chosen("pooled/fifo", {c(1), {}}, pool), u(3));
    EXPECT_EQ(chosen("per-request", {c(1), {}}, pool), std::nullopt);
    PoolMemory memory;
    std::vector<std::uint64_t> turns;
    for (int i = 0; i < 6; ++i)
        turns.push_back(chosen("pooled/round-robin", {c(1), {}}, pool, &memory)->number);
    EXPECT_EQ(turns, (std::vector<std::uint64_t>{1, 2, 3, 1, 2, 3}));
}

TEST(UpstreamPool, SwitchNeverTakesTheConnectionOfThePreviousRequest) {
    const std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 2)};
    EXPECT_EQ(chosen("pooled/switch", {c(1), u(2)}, pool), u(1));
    EXPECT_EQ(chosen("pooled/switch", {c(1), u(1)}, pool), u(2));
    EXPECT_EQ(chosen("pooled/switch", {c(1), u(2)}, {idle(2, 2)}), std::nullopt);
}

TEST(UpstreamPool, ASeedMakesARandomRunRepeatable) {
    const std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 2), idle(3, 3), idle(4, 4)};
    const auto run = [&](const char* policy) {
        PoolMemory memory;
        std::string drawn;
        for (int i = 0; i < 64; ++i)
            drawn += std::to_string(chosen(policy, {c(1), {}}, pool, &memory)->number);
        return drawn;
    };
    EXPECT_EQ(run("pooled/random:7"), run("pooled/random:7"));
    EXPECT_NE(run("pooled/random:7"), run("pooled/random:8"));
    for (const char digit : {'1', '2', '3', '4'})
        EXPECT_NE(run("pooled/random:7").find(digit), std::string::npos);
}

TEST(UpstreamPool, APrivateConnectionIsTakenByItsClientAndHiddenFromOthers) {
    std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 2)};
    pool[1].private_to = c(2);
    for (const char* policy : {"auth-aware", "like/squid", "like/haproxy-safe", "like/traefik-3.1"}) {
        EXPECT_EQ(chosen(policy, {c(1), u(9)}, pool), u(1)) << policy;
        EXPECT_EQ(chosen(policy, {c(2), u(9)}, pool), u(2)) << policy;
    }
}

TEST(UpstreamPool, ALoginInFlightKeepsItsConnectionAndOthersKeepOff) {
    for (const PolicyName& policy : policy_names()) {
        std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 2)};
        pool[0].login_under_way = true;
        pool[0].last_client = c(1);
        EXPECT_EQ(chosen(policy.name, {c(1), u(1)}, pool), u(1)) << policy.name;
        EXPECT_NE(chosen(policy.name, {c(2), {}}, pool), u(1)) << policy.name;
    }
}

TEST(UpstreamPool, OfSeveralConnectionsThatAreAClientsOwnTheOneItUsedLastIsTaken) {
    for (const char* policy : {"affinity", "auth-aware", "like/squid"}) {
        std::vector<IdleUpstream> pool = {idle(1, 1), idle(2, 3), idle(3, 2), idle(4, 4)};
        pool[0].private_to = c(1);
        pool[1].login_under_way = true;
        pool[1].last_client = c(1);
        pool[2].owner = c(1);
        EXPECT_EQ(chosen(policy, {c(1), u(2)}, pool), u(2)) << policy;
        pool[0].idle_since = 5;
        EXPECT_EQ(chosen(policy, {c(1), u(1)}, pool), u(1)) << policy;
    }
}

TEST(UpstreamPool, TheDecisionNamesTheCandidatesAndTheReason) {
    std::vector<IdleUpstream> pool;
    for (std::uint64_t i = 1; i <= 20; ++i) pool.push_back(idle(i, i));
    pool[0].private_to = c(9);
    pool[0].last_client = c(9);
    PoolMemory memory;
    const PoolDecision decision = choose_upstream(*parse_policy("auth-aware"), {c(1), {}}, pool, memory);
    ASSERT_EQ(decision.candidates.size(), 16u) << "a record has room for so many";
    EXPECT_TRUE(decision.candidates[0].private_to_other);
    EXPECT_EQ(decision.candidates[0].last_client, c(9));
    EXPECT_FALSE(decision.candidates[1].private_to_other);
    EXPECT_EQ(decision.because, "the most recently used idle connection of the pool");
}

TEST(Pins, EachPolicyPinsOnItsOwnSight) {
    struct Case {
        const char* policy;
        bool request, response_200, response_401;
    };
    const Case cases[] = {
        {"affinity", false, false, false},          {"pooled/lifo", false, false, false},
        {"auth-aware", true, true, true},           {"like/haproxy-safe", false, false, true},
        {"like/traefik-3.1", false, true, true},    {"like/squid", true, false, false},
        {"like/nginx-1.29.7", false, false, false},
    };
    for (const Case& k : cases) {
        const Policy policy = *parse_policy(k.policy);
        EXPECT_EQ(pins(policy, {true, false, 0}), k.request) << k.policy;
        EXPECT_EQ(pins(policy, {false, true, 200}), k.response_200) << k.policy;
        EXPECT_EQ(pins(policy, {false, true, 401}), k.response_401) << k.policy;
        EXPECT_EQ(pins(policy, {false, true, 407}), k.response_401) << k.policy;
        EXPECT_FALSE(pins(policy, {false, false, 401})) << k.policy;
    }
}

}  // namespace
}  // namespace why401
