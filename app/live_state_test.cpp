#include "app/live_state.h"

#include <gtest/gtest.h>

#include "tests/support/record_equality.h"

namespace why401 {
namespace {

using namespace testing_record;

class Kept : public testing::Test {
protected:
    void SetUp() override { options_.kept_exchanges = 4; }
    LiveState& live() {
        if (!live_) live_ = std::make_unique<LiveState>(options_);
        return *live_;
    }
    void ends(std::initializer_list<std::uint64_t> ids) {
        LiveChanges changes;
        for (const std::uint64_t id : ids)
            changes.events.emplace_back(ExchangeFinished{std::make_unique<Exchange>(plain_exchange(id))});
        live().apply(changes);
    }
    /// "3 4 5": those that memory still holds.
    std::string held() {
        std::string out;
        for (const LiveExchange& one : live().exchanges(0, 1000)) {
            out += (out.empty() ? "" : " ") + std::to_string(number(one.exchange->id));
            expect_same(plain_exchange(number(one.exchange->id)), *one.exchange);
            EXPECT_EQ(one.reading.exchange, one.exchange->id);
        }
        return out;
    }

    RecorderOptions options_;
    std::unique_ptr<LiveState> live_;
};

TEST_F(Kept, TheOldestGoFirstAndItIsKnownUpToWhere) {
    ends({1, 2, 3});
    EXPECT_EQ(held(), "1 2 3");
    EXPECT_EQ(live().forgotten_up_to(), 0u);
    ends({4, 5, 6});
    EXPECT_EQ(held(), "3 4 5 6");
    EXPECT_EQ(live().forgotten_up_to(), 2u);
    EXPECT_FALSE(live().exchange(2));
    EXPECT_EQ(number(live().exchange(3)->exchange->id), 3u);
    EXPECT_EQ(live().exchanges(4, 1).size(), 1u);
    EXPECT_TRUE(live().exchanges(UINT64_MAX, 10).empty());
}

TEST_F(Kept, ThoseThatEndOutOfOrderStandInOrder) {
    ends({3});
    ends({2, 4});
    EXPECT_EQ(held(), "2 3 4");
    ends({1});
    EXPECT_EQ(held(), "1 2 3 4");
    ends({9, 8});
    EXPECT_EQ(held(), "8 9");
    ends({1});
    EXPECT_EQ(held(), "8 9") << "far behind: forgotten at once";
    EXPECT_EQ(live().forgotten_up_to(), 5u);
}

TEST_F(Kept, AHoleInTheRecordTakesNoRoom) {
    ends({1, 2});
    ends({1'000'000'000'000});
    EXPECT_EQ(held(), "1000000000000");
    EXPECT_EQ(live().forgotten_up_to(), 2u);
}

TEST_F(Kept, TheirBytesAreBoundedToo) {
    options_.kept_exchanges = 1000;
    options_.kept_bytes = 10'000;
    for (std::uint64_t id = 1; id <= 500; ++id) ends({id});
    const std::size_t count = live().exchanges(0, 1000).size();
    EXPECT_GT(count, 10u);
    EXPECT_LT(count, 60u);
    EXPECT_EQ(live().forgotten_up_to(), 500 - count);
}

TEST_F(Kept, AReadingComesWithItsExchangeAndStaysWhenTheExchangeEnds) {
    LiveChanges changes;
    changes.events.emplace_back(ExchangeUnderWay{std::make_unique<Exchange>(plain_exchange(1))});
    changes.readings[1].identity = "CONTOSO\\alice";
    changes.readings[7].identity = "nobody's";
    live().apply(changes);
    ends({1});
    EXPECT_EQ(live().exchange(1)->reading.identity, "CONTOSO\\alice");
    EXPECT_FALSE(live().exchange(7));
    EXPECT_EQ(live().last_event(), 2u) << "once when it started, once when it ended";
}

}  // namespace
}  // namespace why401
