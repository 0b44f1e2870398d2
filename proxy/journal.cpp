#include "proxy/journal.h"

#include <type_traits>
#include <utility>

namespace why401 {
namespace {

std::size_t size_of(const std::vector<Edit>& edits) {
    std::size_t bytes = 0;
    for (const Edit& edit : edits) bytes += sizeof(Edit) + edit.text.size() + edit.because.size();
    return bytes;
}

// What an event holds beyond its own size; the small strings of rare events do not matter.
std::size_t held_by(const ExchangeStarted& event) { return event.request_head.size(); }
std::size_t held_by(const ExchangeForwarded& event) {
    return size_of(event.edits) + event.decision.candidates.size() * sizeof(PoolCandidate);
}
std::size_t held_by(const BodyBytes& event) { return event.bytes.size(); }
std::size_t held_by(const ResponseHead& event) { return event.head.size() + size_of(event.edits); }
template <class Event>
std::size_t held_by(const Event&) {
    return 0;
}

template <class Event>
constexpr bool kOfAnExchange = std::is_same_v<Event, ExchangeForwarded> || std::is_same_v<Event, BodyBytes> ||
                               std::is_same_v<Event, ResponseHead> || std::is_same_v<Event, FaultInjected>;

std::uint64_t id_of(const FaultInjected& event) { return number(event.exchange); }
template <class Event>
std::uint64_t id_of(const Event& event) {
    return number(event.id);
}

/// An exchange with a hole in it must not look complete.
void mark_as_cut(ExchangeFinished& event) {
    event.outcome = Outcome::Unfinished;
    event.fault = Fault{Fault::Whose::Us,
                        "recording",
                        "the recorder could not keep up: a part of this exchange is missing",
                        "",
                        {},
                        ""};
}

}  // namespace

/// Decides for each event whether it is taken; called under the lock.
struct Journal::Intake {
    Journal& journal;
    bool full, overfull;

    bool operator()(ExchangeStarted& event) const {
        if (!full) return true;
        journal.left_out_.insert(number(event.id));
        ++journal.not_recorded_;
        journal.last_left_out_ = event.started;
        return false;
    }
    bool operator()(ExchangeFinished& event) const {
        if (journal.left_out_.erase(number(event.id)) > 0) return false;
        if (journal.cut_.erase(number(event.id)) > 0) mark_as_cut(event);
        return true;
    }
    template <class Event>
    bool operator()(Event& event) const {
        if constexpr (kOfAnExchange<Event>) {
            const std::uint64_t id = id_of(event);
            if (journal.left_out_.contains(id) || journal.cut_.contains(id)) return false;
            if (overfull) journal.cut_.insert(id);
            return !overfull;
        } else {
            return true;  // rare and small: connections, policies, faults
        }
    }
};

void Journal::push(JournalEvent event) {
    const std::size_t bytes =
        sizeof(JournalEvent) + std::visit([](const auto& one) { return held_by(one); }, event);
    const std::lock_guard lock(mutex_);
    const Intake intake{*this, queued_bytes_ + bytes > limit_bytes_,
                        queued_bytes_ + bytes > 2 * limit_bytes_};
    if (closed_ || !std::visit(intake, event)) return;
    queued_bytes_ += bytes;
    queue_.push_back(std::move(event));
}

bool Journal::take(std::vector<JournalEvent>& batch, std::chrono::milliseconds patience) {
    batch.clear();
    std::unique_lock lock(mutex_);
    if (queue_.empty() && not_recorded_ == 0)
        closed_signal_.wait_for(lock, patience, [this] { return closed_; });
    queue_.swap(batch);
    queued_bytes_ = 0;
    if (not_recorded_ > 0) {
        batch.emplace_back(NotRecorded{std::exchange(not_recorded_, 0),
                                       "the recorder could not keep up and its queue was full",
                                       last_left_out_});
    }
    return !closed_ || !batch.empty();
}

void Journal::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    closed_signal_.notify_all();
}

}  // namespace why401
