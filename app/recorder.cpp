#include "app/recorder.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <boost/json/serialize.hpp>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>

#include "analysis/diagnose.h"
#include "app/live_record.h"
#include "app/live_state.h"
#include "app/older_exchanges.h"
#include "app/report_json.h"
#include "record/item_time.h"
#include "store/capture.h"

namespace why401 {
namespace {

constexpr std::chrono::milliseconds kPatience{
    50};  // with the pause this is what a SIGKILL can lose: under 100 ms
// Where there is no transaction to fill, small batches are better: they stay in the processor's cache.
constexpr std::chrono::milliseconds kPauseWithoutFile{5};
constexpr std::size_t kBesideFile = 256, kBytesBesideFile = 2u << 20;  // the file holds the older exchanges
constexpr std::uint64_t kSayEvery = 1000;                              // exchanges that are not recorded

/// What was told of and ended within one batch needs no early row.
void keep_unfinished(std::vector<JournalEvent>& events) {
    const auto under_way = [](const JournalEvent& event) { return std::get_if<ExchangeUnderWay>(&event); };
    if (std::none_of(events.begin(), events.end(), under_way)) return;
    std::unordered_set<std::uint64_t> ended;
    for (const JournalEvent& event : events)
        if (const auto* finished = std::get_if<ExchangeFinished>(&event))
            ended.insert(number(finished->exchange->id));
    std::erase_if(events, [&](const JournalEvent& event) {
        const ExchangeUnderWay* begun = under_way(event);
        return begun && ended.contains(number(begun->exchange->id));
    });
}

/// Those that say nothing beyond the status line are not worth a row.
bool says_something(const ExchangeReading& reading) {
    return reading.substatus || reading.identity || reading.client_identity || !reading.finding.empty() ||
           !reading.scheme.empty();
}

}  // namespace

struct Recorder::Impl {
    Impl(Journal& of, RecorderOptions given)
        : journal(of), options(std::move(given)), live(options), diagnosis(listener()) {
        if (options.capture.empty()) return;
        writer = std::make_unique<CaptureWriter>(options.capture, options.program, options.capture_limit);
        recording = true;
        live.make_room(std::min(options.kept_exchanges, kBesideFile),
                       std::min(options.kept_bytes, kBytesBesideFile));
    }

    Journal& journal;
    const RecorderOptions options;
    LiveState live;
    const LiveRecord view{live, options.capture};
    LiveChanges changes;  ///< of the batch in hand
    Diagnosis diagnosis;
    std::unique_ptr<CaptureWriter> writer;
    std::atomic<bool> recording{false};
    std::atomic<std::uint64_t> not_recorded{0};
    std::uint64_t lost = 0;  ///< of these, those that the store did not take
    std::uint64_t said = 0;  ///< not_recorded when it was last spoken of
    std::string lost_because;
    bool left_out = false;                 ///< the batch in hand: the file could not be had
    std::vector<std::string> own_trouble;  ///< of the batch in hand: what the proxy itself lacks
    Instant now;                           ///< of the last item
    std::thread thread;
    std::mutex pause_mutex;
    std::condition_variable stop_signal;
    bool stopping = false;
    bool finished = false;

    Diagnosis::Listener listener() {
        return {[this](const Finding& finding) { changes.findings.insert_or_assign(finding.id, finding); },
                [this](std::uint64_t id) {
                    changes.findings.erase(id);
                    changes.withdrawn.push_back(id);
                },
                [this](const ExchangeReading& reading) {
                    changes.readings.insert_or_assign(number(reading.exchange), reading);
                },
                [this](const ConversationReading& conversation) {
                    changes.conversations.insert_or_assign(conversation.id, conversation);
                }};
    }

    void run();
    void pause(std::chrono::steady_clock::time_point begun);
    struct Write;
    struct Understand;
    void process(bool last);
    void write_items();
    void write_results(const LiveChanges& results);
    void leave_out(const std::string& because);
    void stop_writing(const std::string& because);
    void stand_alone();
    void write_hole();
    void lose(const std::vector<JournalEvent>& events);
    void say(const std::string& message);
    void speak_of_losses();
};

/// Each event into the capture.
struct Recorder::Impl::Write {
    CaptureWriter& writer;
    void operator()(const ExchangeUnderWay& event) const { writer.started(*event.exchange); }
    void operator()(const ExchangeFinished& event) const { writer.add(*event.exchange); }
    void operator()(const ConnectionFacts& connection) const { writer.add(RecordItem(*connection)); }
    template <class Item>
    void operator()(const Item& item) const {
        writer.add(RecordItem(item));
    }
};

/// What each event means.
struct Recorder::Impl::Understand {
    Impl& impl;
    void operator()(const ExchangeUnderWay&) const {}
    void operator()(const ExchangeFinished& event) const { add(*event.exchange, time_of(*event.exchange)); }
    void operator()(const ConnectionFacts& connection) const { add(*connection, time_of(*connection)); }
    void operator()(const NotRecorded& event) const {
        impl.not_recorded += event.exchanges;
        add(RecordItem(event), event.at);
    }
    void operator()(const FaultSeen& event) const {
        if (event.fault.whose == Fault::Whose::Us) impl.own_trouble.push_back(event.fault.what);
        add(RecordItem(event), event.at);
    }
    template <class Event>
    void operator()(const Event& event) const {
        add(RecordItem(event), event.at);
    }
    template <class Item>
    void add(const Item& item, Instant at) const {
        impl.diagnosis.add(item);
        impl.now = std::max(impl.now, at);
    }
};

void Recorder::Impl::run() {
    try {
        while (journal.take(changes.events, kPatience)) {
            if (changes.events.empty()) continue;
            const auto begun = std::chrono::steady_clock::now();
            const bool all = changes.events.size() < Journal::kBatch;
            process(false);
            if (all) pause(begun);
        }
        process(true);
        if (writer) writer->close(true);
    } catch (const std::exception& error) {
        say(std::string("the recorder stopped: ") + error.what());
    }
    recording = false;
}

/// Lets a batch gather: fewer, larger transactions. One that took long has let the next gather already. Ends
/// at once when the recorder is told to finish.
void Recorder::Impl::pause(std::chrono::steady_clock::time_point begun) {
    const auto time = recording ? options.pause : std::min(options.pause, kPauseWithoutFile);
    std::unique_lock lock(pause_mutex);
    stop_signal.wait_until(lock, begun + time, [this] { return stopping; });
}

/// One batch: facts first, then what they mean, then the world is told.
void Recorder::Impl::process(bool last) {
    keep_unfinished(changes.events);
    left_out = false;
    write_items();
    for (const JournalEvent& event : changes.events) std::visit(Understand{*this}, event);
    if (last) {
        write_hole();
        diagnosis.finish();
    }
    changes.summary = diagnosis.summary();
    write_results(changes);
    const bool news = live.apply(changes);
    LiveChanges done = std::exchange(changes, {});
    const std::map<std::uint64_t, Finding>& findings = done.findings;
    const std::vector<std::uint64_t>& withdrawn = done.withdrawn;
    journal.give_back(done.events);
    if (options.on_finding)
        for (const auto& [id, finding] : findings) options.on_finding(finding);
    if (options.on_withdrawn)
        for (const std::uint64_t id : withdrawn) options.on_withdrawn(id);
    if (news && options.on_events) options.on_events();
    for (const std::string& sentence : std::exchange(own_trouble, {})) say(sentence);
    if (last ? not_recorded > said : not_recorded >= said + kSayEvery || (said == 0 && not_recorded > 0))
        speak_of_losses();
}

void Recorder::Impl::write_items() {
    if (!recording) {
        if (writer) lose(changes.events);
        return;
    }
    try {
        writer->begin();
        for (const JournalEvent& event : changes.events) std::visit(Write{*writer}, event);
    } catch (const CaptureBusy& error) {
        leave_out(error.what());
    } catch (const CaptureError& error) {
        stop_writing(error.what());
    }
}

/// Into the same transaction as the facts they follow from.
void Recorder::Impl::write_results(const LiveChanges& results) {
    if (!recording || left_out) return;
    try {
        for (const auto& [id, reading] : results.readings)
            if (says_something(reading))
                writer->cache(CachedKind::Exchange, id, boost::json::serialize(reading_json(reading)));
        for (const auto& [id, conversation] : results.conversations)
            writer->cache(CachedKind::Conversation, id,
                          boost::json::serialize(conversation_json(conversation)));
        for (const std::uint64_t id : results.withdrawn) writer->withdraw(CachedKind::Finding, id);
        for (const auto& [id, finding] : results.findings)
            writer->cache(CachedKind::Finding, id, boost::json::serialize(finding_json(finding)));
        writer->commit();
    } catch (const CaptureError& error) {
        stop_writing(error.what());
        return;
    }
    if (!writer->limit_reached()) return;
    stand_alone();
    lost_because = "the limit of " + std::to_string(options.capture_limit) + " bytes was reached";
    say("the capture " + options.capture.string() + " has reached its limit of " +
        std::to_string(options.capture_limit) +
        " bytes: from here on exchanges are analysed but not recorded");
}

/// The batch in hand; the next one may find the file free again.
void Recorder::Impl::leave_out(const std::string& because) {
    left_out = true;
    lost_because = because;
    lose(changes.events);
    say(because + ": what passed in the last seconds is analysed but not recorded");
}

void Recorder::Impl::stop_writing(const std::string& because) {
    stand_alone();
    lost_because = because;
    lose(changes.events);
    say(because + ": from here on exchanges are analysed but not recorded");
}

/// Memory is all there is from here on.
void Recorder::Impl::stand_alone() {
    recording = false;
    live.make_room(options.kept_exchanges, options.kept_bytes);
}

/// The record says itself that it has a hole, if there is room for that much.
void Recorder::Impl::write_hole() {
    if (lost == 0) return;
    const NotRecorded hole{lost, lost_because, now};
    diagnosis.add(hole);
    const bool in_batch = recording && !left_out;
    try {
        if (!in_batch) writer->begin();
        writer->add(hole);
        if (!in_batch) writer->commit();
    } catch (const CaptureError&) {
        // it was said aloud, and the file ends where it ends
    }
}

/// The file lacks these, and the word about those that the queue had left out.
void Recorder::Impl::lose(const std::vector<JournalEvent>& events) {
    for (const JournalEvent& event : events) {
        if (std::holds_alternative<ExchangeFinished>(event)) ++lost, ++not_recorded;
        if (const auto* hole = std::get_if<NotRecorded>(&event)) lost += hole->exchanges;
    }
}

void Recorder::Impl::say(const std::string& message) {
    live.trouble(message, not_recorded);
    if (options.on_trouble) options.on_trouble(message);
    if (options.on_events) options.on_events();
}

void Recorder::Impl::speak_of_losses() {
    said = not_recorded;
    say(std::to_string(said) + (said == 1 ? " exchange is" : " exchanges are") + " missing in the capture");
}

Recorder::Recorder(Journal& journal, RecorderOptions options)
    : impl_(std::make_unique<Impl>(journal, std::move(options))) {}

Recorder::~Recorder() { finish(); }

void Recorder::start() {
    impl_->thread = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "recorder");
        impl_->run();
    });
}

void Recorder::finish() {
    if (std::exchange(impl_->finished, true)) return;
    impl_->journal.close();
    {
        const std::lock_guard lock(impl_->pause_mutex);
        impl_->stopping = true;
    }
    impl_->stop_signal.notify_all();
    if (impl_->thread.joinable()) {
        impl_->thread.join();
    } else {
        impl_->run();  // never started: what was queued is recorded all the same
    }
}

std::uint64_t Recorder::not_recorded() const { return impl_->not_recorded; }
bool Recorder::recording() const { return impl_->recording; }
std::filesystem::path Recorder::capture() const { return impl_->options.capture; }
const RecordView& Recorder::record() const { return impl_->view; }
Summary Recorder::summary() const { return impl_->live.summary(); }
std::uint64_t Recorder::last_event() const { return impl_->live.last_event(); }

std::vector<LiveEvent> Recorder::since(std::uint64_t seq, std::size_t max) const {
    std::vector<LiveEvent> events = impl_->live.since(seq, max);
    OlderExchanges older(impl_->options.capture);
    for (LiveEvent& event : events) {
        if (!event.json.empty()) continue;
        if (const auto live = older.one(event.exchange))
            event.json = boost::json::serialize(live_exchange_json(*live->exchange, live->reading));
    }
    // One that neither memory nor a file holds: the listener learns of the gap by the number.
    std::erase_if(events, [](const LiveEvent& event) { return event.json.empty(); });
    return events;
}

}  // namespace why401
