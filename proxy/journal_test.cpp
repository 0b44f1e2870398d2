#include "proxy/journal.h"

#include <gtest/gtest.h>

#include <thread>

namespace why401 {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

ExchangeId id(std::uint64_t number) { return static_cast<ExchangeId>(number); }

ExchangeStarted started(std::uint64_t number, std::size_t head_size = 100) {
    ExchangeStarted event;
    event.id = id(number);
    event.request_head = std::string(head_size, 'x');
    event.started = {static_cast<std::int64_t>(number), static_cast<std::int64_t>(number)};
    return event;
}

BodyBytes body(std::uint64_t number, std::size_t size) { return {id(number), false, std::string(size, 'b')}; }

ExchangeFinished finished(std::uint64_t number) {
    ExchangeFinished event;
    event.id = id(number);
    return event;
}

std::vector<JournalEvent> take_all(Journal& journal) {
    std::vector<JournalEvent> batch;
    journal.take(batch, kNoWait);
    return batch;
}

TEST(Journal, EventsComeOutInTheOrderInWhichTheyWentIn) {
    Journal journal;
    for (std::uint64_t i = 1; i <= 100; ++i) journal.push(started(i));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 100u);
    for (std::size_t i = 0; i < batch.size(); ++i)
        EXPECT_EQ(number(std::get<ExchangeStarted>(batch[i]).id), i + 1);
    EXPECT_TRUE(take_all(journal).empty());
}

TEST(Journal, AFullQueueLeavesOutWholeExchangesAndSaysHowMany) {
    Journal journal(10000);
    journal.push(started(1, 9000));
    for (const std::uint64_t left_out : {2u, 3u}) {
        journal.push(started(left_out, 5000));
        journal.push(body(left_out, 10));
        journal.push(finished(left_out));
    }
    journal.push(finished(1));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 3u);
    EXPECT_EQ(std::get<ExchangeFinished>(batch[1]).id, id(1));
    const auto& hole = std::get<NotRecorded>(batch[2]);
    EXPECT_EQ(hole.exchanges, 2u);
    EXPECT_EQ(hole.at.wall_us, 3);
    EXPECT_FALSE(hole.because.empty());
}

TEST(Journal, AnExchangeLeftOutAtItsStartStaysOutWhenThereIsRoomAgain) {
    Journal journal(10000);
    journal.push(started(1, 9000));
    journal.push(started(2, 5000));
    take_all(journal);
    journal.push(body(2, 10));
    journal.push(finished(2));
    journal.push(started(3));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(std::get<ExchangeStarted>(batch[0]).id, id(3));
}

TEST(Journal, AnExchangeThatLosesAPieceInTheMiddleIsRecordedAsUnfinished) {
    Journal journal(10000);
    journal.push(started(1, 9000));
    journal.push(body(1, 30000));
    journal.push(body(1, 10));
    journal.push(finished(1));
    const auto batch = take_all(journal);
    ASSERT_EQ(batch.size(), 2u) << "the later piece must not follow on a hole";
    const auto& end = std::get<ExchangeFinished>(batch[1]);
    EXPECT_EQ(end.outcome, Outcome::Unfinished);
    ASSERT_TRUE(end.fault);
    EXPECT_EQ(end.fault->whose, Fault::Whose::Us);
}

TEST(Journal, AFullQueueStillTakesConnectionsAndTheEndOfWhatIsUnderWay) {
    Journal journal(2000);
    journal.push(started(1, 1500));
    journal.push(ConnectionOpened{});
    journal.push(finished(1));
    EXPECT_EQ(take_all(journal).size(), 3u);
}

TEST(Journal, TakeEndsOnlyWhenItIsClosedAndAllIsRead) {
    Journal journal;
    std::vector<JournalEvent> batch;
    EXPECT_TRUE(journal.take(batch, kNoWait));
    journal.push(started(1));
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
        for (const JournalEvent& event : batch)
            ASSERT_EQ(number(std::get<ExchangeFinished>(event).id), expected++);
    writer.join();
    EXPECT_EQ(expected, kCount + 1);
}

}  // namespace
}  // namespace why401
