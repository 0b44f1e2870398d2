#pragma once
// What the API shows of a running recorder: recent exchanges with their readings, connections, results, and
// the numbered feed of changes. Bounded in memory; any thread may ask while one thread applies changes.

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/kept_findings.h"
#include "app/recorder.h"
#include "record/journal_event.h"

namespace why401 {

/// What one batch changed; each thing once, in its last state.
struct LiveChanges {
    std::vector<JournalEvent> events;  ///< what has ended within the batch is not told of as under way
    std::unordered_map<std::uint64_t, ExchangeReading> readings;
    std::map<std::uint64_t, ConversationReading> conversations;
    std::map<std::uint64_t, Finding> findings;
    std::vector<std::uint64_t> withdrawn;
    Summary summary;
};

class LiveState {
public:
    explicit LiveState(const RecorderOptions& options);

    /// Leaves the exchanges where they are. Returns whether the feed has grown.
    bool apply(LiveChanges& changes);
    void trouble(const std::string& message, std::uint64_t not_recorded);
    /// From now on so much is kept.
    void make_room(std::size_t exchanges, std::size_t bytes);

    Summary summary() const;
    std::optional<LiveExchange> exchange(std::uint64_t id) const;
    std::vector<LiveExchange> exchanges(std::uint64_t after, std::size_t limit) const;
    std::vector<LiveExchange> exchanges(const std::vector<std::uint64_t>& ids) const;
    /// The highest id of those that memory no longer holds; 0: it holds all.
    std::uint64_t forgotten_up_to() const;
    std::vector<std::string> connections() const;
    std::vector<std::string> conversations() const;
    /// The newest failures and the newest notes, so many of each.
    std::vector<std::string> findings(std::size_t of_each_kind) const;
    struct OfExchange {
        std::map<std::uint64_t, std::string> findings;  ///< those that memory holds
        std::uint64_t forgotten_up_to = 0;              ///< others of it may have ids up to this one
    };
    OfExchange findings_of(ExchangeId exchange) const;
    std::vector<std::string> switches() const;
    // Those of them that memory still holds.
    std::map<ConnectionId, std::string> connections(const std::vector<ConnectionId>& ids) const;
    std::map<std::uint64_t, std::string> conversations(const std::vector<std::uint64_t>& ids) const;
    /// An exchange that memory no longer holds has no JSON in its event.
    std::vector<LiveEvent> since(std::uint64_t seq, std::size_t max) const;
    std::uint64_t last_event() const;

private:
    enum class What : std::uint8_t { Exchange, Connection, Conversation, Finding, Text };
    /// Most events only name what changed; its JSON is made when somebody asks, which is rarely.
    struct Entry {
        What what;
        std::uint64_t id = 0;
        Leg leg = Leg::Client;
        const char* type = "";  ///< of a Text
        std::string json;       ///< of a Text
    };
    struct Kept {
        std::shared_ptr<const std::string> block;        ///< null: nothing is known under this id
        std::size_t at = 0, size = 0;                    ///< of its packed bytes there
        std::shared_ptr<const ExchangeReading> reading;  ///< null: it says nothing
        std::string_view packed() const { return std::string_view(*block).substr(at, size); }
    };
    struct Take;
    /// What an event is rendered from.
    struct Source {
        const char* type;
        std::string text;  ///< its JSON, or the packed exchange
        std::shared_ptr<const ExchangeReading> reading;
        ConnectionFacts connection;
    };

    void keep(const Exchange& exchange);
    Kept* place_of(std::uint64_t id);
    const Kept* find(std::uint64_t id) const;
    void forget_first();
    void forget_surplus();
    void take_connection(const ConnectionFacts& connection);
    void feed(Entry entry);
    std::optional<Source> source_of(const Entry& entry) const;
    static LiveEvent rendered(std::uint64_t seq, What what, std::uint64_t of, Source&& source);

    std::size_t kept_exchanges_, kept_bytes_;
    const std::size_t kept_events_, kept_connections_;
    mutable std::mutex mutex_;
    Summary summary_;
    std::deque<Kept> exchanges_;  ///< by id, which are dense: the first is that of `first_`
    std::uint64_t first_ = 1;
    std::shared_ptr<std::string> block_;  ///< where they are packed, one behind the other, until it is full
    std::size_t bytes_ = 0;
    std::uint64_t forgotten_up_to_ = 0;
    std::map<ConnectionId, ConnectionFacts> connections_;
    std::deque<ConnectionId> closed_;
    std::map<std::uint64_t, std::string> conversations_;
    KeptFindings findings_;
    std::deque<std::string> switches_;
    std::deque<Entry> events_;
    std::uint64_t last_event_ = 0;
};

}  // namespace why401
