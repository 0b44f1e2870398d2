#include "proxy/journal.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/record_equality.h"

namespace why401 {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

ExchangeId id(std::uint64_t number) { return static_cast<ExchangeId>(number); }

JournalEvent finished(std::uint64_t number, std::size_t head_size = 100) {
    auto exchange = std::make_unique<Exchange>();
    exchange->id = id(number);
    exchange->request.head = std::string(head_size, 'x');
    exchange->timing.ended = {static_cast<std::int64_t>(number), static_cast<std::int64_t>(number)};
    return ExchangeFinished{std::move(exchange)};
}

JournalEvent under_way(std::uint64_t number, std::size_t head_size = 100) {
    return ExchangeUnderWay{std::move(std::get<ExchangeFinished>(finished(number, head_size)).exchange)};
}

std::uint64_t number_of(const JournalEvent& event) {
    return number(std::get<ExchangeFinished>(event).exchange->id);
}

std::vector<JournalEvent> take_all(Journal& journal) {
    std::vector<JournalEvent> batch;
    journal.take(batch, kNoWait);
    return batch;
}

TEST(Journal, EventsComeOutInTheOrderInWhichTheyWentIn) {
    Journal journal;
    for (std::uint64_t i = 1; i <= 100; ++i) journal.push(finished(i));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 100u);
    for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_EQ(number_of(batch[i]), i + 1);
    EXPECT_TRUE(take_all(journal).empty());
}

TEST(Journal, AFullQueueLeavesOutWholeExchangesAndSaysHowMany) {
    Journal journal(10000);
    journal.push(finished(1, 8000));
    journal.push(finished(2, 5000));
    journal.push(finished(3, 5000));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 2u);
    EXPECT_EQ(number_of(batch[0]), 1u);
    const auto& hole = std::get<NotRecorded>(batch[1]);
    EXPECT_EQ(hole.exchanges, 2u);
    EXPECT_EQ(hole.at.wall_us, 3);
    EXPECT_FALSE(hole.because.empty());
    journal.push(finished(4, 5000));
    EXPECT_EQ(take_all(journal).size(), 1u) << "there is room again, and nothing more to confess";
}

TEST(Journal, AnExchangeIsMissingOnlyWhenItsEndIsMissing) {
    Journal journal(10000);
    journal.push(finished(1, 8000));
    journal.push(under_way(2, 5000));
    EXPECT_EQ(take_all(journal).size(), 1u);
    journal.push(finished(2, 5000));
    EXPECT_EQ(take_all(journal).size(), 1u);
}

TEST(Journal, TheEndOfAnExchangeThatWasToldOfEarlyAlwaysHasRoom) {
    Journal journal(12000);
    journal.push(under_way(1, 1000));
    journal.push(finished(2, 8000));
    journal.push(finished(3, 5000));
    journal.push(finished(1, 5000));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 4u);
    EXPECT_EQ(number_of(batch[1]), 2u);
    EXPECT_EQ(std::get<NotRecorded>(batch[2]).exchanges, 1u);
    EXPECT_EQ(number_of(batch[3]), 1u);
}

TEST(Journal, WhatIsLeftOutIsToldWhileTheOverloadLasts) {
    Journal journal(1'000'000);
    std::vector<JournalEvent> batch;
    std::uint64_t told = 0, lost = 0;
    for (std::uint64_t id = 1; id <= 20'000; ++id) {
        journal.push(finished(id, 1000));
        if (id % 2000 != 0) continue;
        journal.take(batch, kNoWait);  // half of what came: the queue is never empty
        for (const JournalEvent& event : batch)
            if (const auto* hole = std::get_if<NotRecorded>(&event)) ++told, lost += hole->exchanges;
    }
    EXPECT_GT(told, 3u);
    EXPECT_GT(lost, 1000u);
}

TEST(Journal, AFullQueueStillTakesConnections) {
    Journal journal(2000);
    journal.push(finished(1, 1500));
    journal.push(std::make_shared<const Connection>());
    journal.push(std::make_shared<const Connection>());
    journal.push(finished(2, 1500));
    std::size_t connections = 0;
    for (const JournalEvent& event : take_all(journal))
        connections += std::holds_alternative<ConnectionFacts>(event);
    EXPECT_EQ(connections, 2u);
}

TEST(Journal, AnExchangeThatTheRecorderIsDoneWithIsUsedAgainAsNew) {
    Journal journal;
    std::vector<JournalEvent> batch;
    journal.push(ExchangeFinished{std::make_unique<Exchange>(testing_record::rich_exchange(7))});
    journal.take(batch, kNoWait);
    const Exchange* used = std::get<ExchangeFinished>(batch[0]).exchange.get();
    journal.give_back(batch);
    const auto blank = journal.blank();
    EXPECT_EQ(blank.get(), used);
    testing_record::expect_same(*blank, Exchange{});
    EXPECT_NE(journal.blank().get(), used);
}

TEST(Journal, AnExchangeThatIsUsedAgainHoldsNoLargeBody) {
    Journal journal;
    std::vector<JournalEvent> batch;
    JournalEvent event = finished(1);
    std::get<ExchangeFinished>(event).exchange->response.body.kept = std::string(1 << 20, 'b');
    journal.push(std::move(event));
    journal.take(batch, kNoWait);
    journal.give_back(batch);
    EXPECT_LE(journal.blank()->response.body.kept.capacity(), 4096u);
}

TEST(Journal, TakeEndsOnlyWhenItIsClosedAndAllIsRead) {
    Journal journal;
    std::vector<JournalEvent> batch;
    EXPECT_TRUE(journal.take(batch, kNoWait));
    journal.push(finished(1));
    journal.close();
    EXPECT_TRUE(journal.take(batch, kNoWait));
    EXPECT_EQ(batch.size(), 1u);
    EXPECT_FALSE(journal.take(batch, kNoWait));
}

TEST(Journal, ClosingWakesAWaitingReader) {
    Journal journal;
    bool more = true;
    std::thread reader([&] {
        std::vector<JournalEvent> batch;
        more = journal.take(batch, std::chrono::hours(1));
    });
    journal.close();
    reader.join();
    EXPECT_FALSE(more);
}

TEST(Journal, NothingIsLostBetweenTwoThreads) {
    Journal journal;
    constexpr std::uint64_t kCount = 20000;
    std::thread writer([&] {
        for (std::uint64_t i = 1; i <= kCount; ++i) journal.push(finished(i));
        journal.close();
    });
    std::vector<JournalEvent> batch;
    std::uint64_t expected = 1;
    while (journal.take(batch, std::chrono::milliseconds(1)))
        for (const JournalEvent& event : batch) ASSERT_EQ(number_of(event), expected++);
    writer.join();
    EXPECT_EQ(expected, kCount + 1);
}

}  // namespace
}  // namespace why401
