#pragma once
// The bounded queue between the relay (one thread writes) and the recorder (one thread reads). The relay
// never waits for it: when it is full, whole exchanges are left out, and the record says how many.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "record/journal_event.h"

namespace why401 {

class Journal {
public:
    explicit Journal(std::size_t limit_bytes = 64 << 20) : limit_bytes_(limit_bytes) {}

    /// Relay's thread. Never blocks for longer than a swap of two pointers; wakes nobody.
    void push(JournalEvent event);

    /// Relay's thread: an exchange to fill in, as new. Made of one that the recorder is done with, when there
    /// is one: what one thread allocates and another frees costs both more than the rest of an event.
    std::unique_ptr<Exchange> blank();

    /// Recorder's thread: everything queued so far, into `batch` (the exchanges it held are used again).
    /// Waits up to `patience` when there is nothing; returns false when it is closed and empty.
    bool take(std::vector<JournalEvent>& batch, std::chrono::milliseconds patience);

    /// No more will be pushed; take() then returns false once all is read.
    void close();

private:
    bool has_room_for(const JournalEvent& event);
    void take_back(std::vector<JournalEvent>& done);

    std::mutex mutex_;
    std::condition_variable closed_signal_;
    std::vector<JournalEvent> queue_;
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
