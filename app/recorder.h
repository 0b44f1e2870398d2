#pragma once
// The recorder: one thread that takes what the relay tells the journal, asks the analysis and writes the
// capture. The relay never waits for it. When nothing can be written any more (disk
// full, limit reached) it goes on analysing and says so, loudly. It opens no socket and prints nothing: it
// calls back.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "app/record_view.h"
#include "proxy/journal.h"
#include "record/connection.h"
#include "record/exchange.h"

namespace why401 {

struct RecorderOptions {
    std::filesystem::path capture;  ///< the file to create (its folder must exist); empty: nothing is written
    std::uint64_t capture_limit = 0;  ///< bytes of that file; 0: none
    std::string program = "why401 0.1.0";
    std::size_t kept_exchanges = 20000;  ///< recent exchanges kept in memory for the API, at most
    std::size_t kept_bytes = 32u << 20;  ///< and their size; both are less while a file holds the older ones
    std::size_t kept_events = 10000;     ///< recent events kept for late or reconnecting listeners
    std::size_t kept_connections =
        10000;                          ///< closed connections beyond this many are forgotten, oldest first
    std::size_t kept_findings = 10000;  ///< failures kept in memory, and as many notes, the newest of each
    std::chrono::milliseconds pause{
        25};  ///< from one batch to the next: what makes batches large, and what a SIGKILL can lose

    // All three run on the recorder's thread, with no lock held: they may call any const function of the
    // recorder.
    std::function<void(const Finding&)> on_finding;   ///< each new or revised finding
    std::function<void(std::uint64_t)> on_withdrawn;  ///< the id of a finding that later events disproved
    std::function<void(const std::string&)>
        on_trouble;                   ///< a sentence: what is not recorded, what the proxy itself lacks
    std::function<void()> on_events;  ///< since() has more to give; at most once per batch
};

/// What the API's event stream sends. `json` is the current state of the thing named: applying an event twice
/// does no harm. Types and their JSON:
///   "exchange"      as GET /api/v1/exchanges, when it starts, ends, and whenever its reading changes
///   "connection"    as RecordView::connections()
///   "conversation"  as the contract's conversations[]
///   "finding"       as the contract's findings[]
///   "withdrawn"     {"id": N}: that finding was disproved
///   "policy"        {"policy": "pooled/lifo", "before": "affinity", "time": "..."}
///   "faults"        {"enabled": [...], "time": "..."}
///   "fault"         {"connection": "C1" | null, "whose": ..., "stage": ..., "what": ..., "time": "..."}
///   "trouble"       {"message": "...", "not_recorded": N}
struct LiveEvent {
    std::uint64_t seq = 0;  ///< starts at 1, grows by one
    std::string type;
    std::string json;
    ExchangeId exchange{};  ///< of an "exchange" event
};

class Recorder {
public:
    /// Creates the capture file. Throws CaptureError. The journal must outlive the recorder.
    Recorder(Journal& journal, RecorderOptions options);
    ~Recorder();  ///< as finish()

    void start();
    /// Call after Journal::close(), or it closes the journal itself: takes what is left, ends the analysis,
    /// closes the capture. Afterwards every snapshot below still answers. Idempotent.
    void finish();

    // Snapshots; any thread, at any time.
    std::uint64_t not_recorded() const;  ///< exchanges that are missing in the capture
    bool recording() const;              ///< a capture is being written at this moment
    std::filesystem::path capture() const;
    /// The run so far; older exchanges than memory holds come from the capture.
    const RecordView& record() const;
    Summary summary() const;  ///< of record()

    /// Events with seq > `seq`, oldest first, at most `max`. When the first one's seq is not seq + 1, events
    /// were dropped in between: the listener should load the snapshots anew.
    std::vector<LiveEvent> since(std::uint64_t seq, std::size_t max) const;
    std::uint64_t last_event() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace why401
