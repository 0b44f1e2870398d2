#pragma once
// The bounded queue between the relay (one thread writes) and the recorder (one thread reads). The relay
// never waits for it: when it is full, whole exchanges are left out, and the record says how many.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "record/journal_event.h"

namespace why401 {

class Journal {
public:
    static constexpr std::size_t kBatch = 2000;  ///< events

    explicit Journal(std::size_t limit_bytes = 64 << 20) : limit_bytes_(limit_bytes) {}

    /// Relay's thread. Never blocks for longer than it takes to move a few pointers; wakes nobody.
    void push(JournalEvent event);

    /// Relay's thread: an exchange to fill in, as new. Made of one that the recorder is done with, when there
    /// is one: what one thread allocates and another frees costs both more than the rest of an event.
    std::unique_ptr<Exchange> blank();

    /// Recorder's thread: the oldest queued, kBatch at most, in place of what `batch` held; fewer say that
    /// there are no more. Waits up to `patience` when there is nothing; returns false when it is closed and
    /// empty.
    bool take(std::vector<JournalEvent>& batch, std::chrono::milliseconds patience);
    /// Any thread: a batch that nobody needs any more. Its exchanges are used again.
    void give_back(std::vector<JournalEvent>& done);

    /// No more will be pushed; take() then returns false once all is read.
    void close();

private:
    /// The bytes that it takes; nothing when there is no room.
    std::optional<std::size_t> room_for(const JournalEvent& event);
    void queue(std::size_t bytes, JournalEvent event);
    NotRecorded hole();

    std::mutex mutex_;
    std::condition_variable closed_signal_;
    struct Chunk {
        std::vector<JournalEvent> events;
        std::size_t bytes = 0;
    };
    std::deque<Chunk> queue_;          ///< of kBatch events each, but for the last
    std::vector<JournalEvent> empty_;  ///< memory for the next one
    std::size_t queued_bytes_ = 0;
    const std::size_t limit_bytes_;
    bool closed_ = false;
    std::uint64_t not_recorded_ = 0;  ///< exchanges left out since the last word about it
    Instant last_left_out_;
    std::unordered_set<ExchangeId> awaited_;        ///< told of early, their ends not yet
    std::vector<std::unique_ptr<Exchange>> spare_;  ///< done with
    std::vector<std::unique_ptr<Exchange>> blank_;  ///< likewise, on the relay's side of the lock
};

}  // namespace why401
