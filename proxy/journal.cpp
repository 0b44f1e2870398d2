#include "proxy/journal.h"

#include <algorithm>
#include <utility>

namespace why401 {
namespace {

std::size_t size_of(const Message& message) {
    return message.head.size() + message.body.kept.size() +
           message.parsed.fields.size() * sizeof(http1::FieldLine);
}

// The small strings of an exchange do not matter.
std::size_t size_of(const Exchange& exchange) {
    return sizeof(Exchange) + size_of(exchange.request) + size_of(exchange.response);
}

const Exchange* exchange_of(const JournalEvent& event) {
    if (const auto* finished = std::get_if<ExchangeFinished>(&event)) return finished->exchange.get();
    if (const auto* under_way = std::get_if<ExchangeUnderWay>(&event)) return under_way->exchange.get();
    return nullptr;
}

}  // namespace

/// Connections, policies and faults always have: they are rare and small. So has the end of an exchange that
/// was told of early, whose row would else say for ever that it is under way.
std::optional<std::size_t> Journal::room_for(const JournalEvent& event) {
    const Exchange* exchange = exchange_of(event);
    const std::size_t bytes = sizeof(JournalEvent) + (exchange ? size_of(*exchange) : 0);
    const bool early = std::holds_alternative<ExchangeUnderWay>(event);
    const bool awaited = exchange && !early && !awaited_.empty() && awaited_.erase(exchange->id) > 0;
    if (exchange && !awaited && queued_bytes_ + bytes > limit_bytes_) return std::nullopt;
    if (early) awaited_.insert(exchange->id);
    return bytes;
}

void Journal::push(JournalEvent event) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    if (const std::optional<std::size_t> bytes = room_for(event)) {
        if (not_recorded_ > 0) queue(sizeof(JournalEvent), hole());  // where it is in the order of things
        queue(*bytes, std::move(event));
    } else if (const auto* lost = std::get_if<ExchangeFinished>(&event)) {
        ++not_recorded_;
        last_left_out_ = lost->exchange->timing.ended;
    }
}

void Journal::queue(std::size_t bytes, JournalEvent event) {
    if (queue_.empty() || queue_.back().events.size() >= kBatch) queue_.emplace_back().events.swap(empty_);
    queue_.back().events.push_back(std::move(event));
    queue_.back().bytes += bytes;
    queued_bytes_ += bytes;
}

NotRecorded Journal::hole() {
    return {std::exchange(not_recorded_, 0), "the recorder could not keep up and its queue was full",
            last_left_out_};
}

std::unique_ptr<Exchange> Journal::blank() {
    if (blank_.empty()) {
        const std::lock_guard lock(mutex_);
        blank_.swap(spare_);
    }
    if (blank_.empty()) return std::make_unique<Exchange>();
    std::unique_ptr<Exchange> exchange = std::move(blank_.back());
    blank_.pop_back();
    return exchange;
}

// As many as a batch under load holds are kept, and fewer again when there is less to do. What is let go is
// freed outside the lock.
void Journal::give_back(std::vector<JournalEvent>& done) {
    std::vector<std::unique_ptr<Exchange>> spare;
    {
        const std::lock_guard lock(mutex_);
        spare.swap(spare_);
    }
    spare.resize(std::min(spare.size(), done.size()));
    for (JournalEvent& event : done) {
        auto* finished = std::get_if<ExchangeFinished>(&event);
        if (!finished || !finished->exchange) continue;
        finished->exchange->clear();
        spare.push_back(std::move(finished->exchange));
    }
    done.clear();
    const std::lock_guard lock(mutex_);
    spare_.swap(spare);
    empty_.swap(done);
}

bool Journal::take(std::vector<JournalEvent>& batch, std::chrono::milliseconds patience) {
    batch.clear();
    std::unique_lock lock(mutex_);
    if (queue_.empty() && not_recorded_ == 0)
        closed_signal_.wait_for(lock, patience, [this] { return closed_; });
    if (!queue_.empty()) {
        queue_.front().events.swap(batch);
        queued_bytes_ -= queue_.front().bytes;
        queue_.pop_front();
    }
    if (queue_.empty() && not_recorded_ > 0) batch.emplace_back(hole());
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
