#pragma once
// A record as it is looked at: that of the running proxy, or a capture file that was opened. Who shows a
// record asks here and does not know which of the two it is. Snapshots; from any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "app/exchange_list.h"
#include "app/filter.h"
#include "record/exchange.h"

namespace why401 {

/// An exchange as it is known now, with what it means. The exchange is immutable: a later state is a new
/// value.
struct LiveExchange {
    std::shared_ptr<const Exchange> exchange;
    ExchangeReading reading;
};

/// Which exchanges a list is to have.
struct ListQuestion {
    Filter filter;
    std::uint64_t after = 0;  ///< only those with a greater id
    std::size_t limit = SIZE_MAX;
    std::optional<std::vector<std::uint64_t>> only = std::nullopt;  ///< ascending: only these
};

class RecordView {
public:
    virtual ~RecordView() = default;

    virtual Summary summary() const = 0;
    /// In order of id. Throws CaptureError when the opened file cannot be read any more; what a running
    /// proxy's file does not give is counted as forgotten.
    virtual ExchangeList list(const ListQuestion& question) const = 0;
    /// Exchanges with id > after, in order of id, at most `limit`.
    virtual std::vector<LiveExchange> exchanges(std::uint64_t after, std::size_t limit) const = 0;
    /// Those of them that are known, in order of id.
    virtual std::vector<LiveExchange> exchanges(const std::vector<std::uint64_t>& ids) const = 0;
    virtual std::optional<LiveExchange> exchange(ExchangeId id) const = 0;

    // JSON texts, in order of id; with `ids` those of them that are known.
    /// {"id", "leg", "local", "peer", "origin", "opened_for", "tunnel", "opened",
    /// "closed": null | {"by", "kind", "because", "time"}}
    virtual std::vector<std::string> connections() const = 0;
    virtual std::vector<std::string> connections(const std::vector<ConnectionId>& ids) const = 0;
    virtual std::vector<std::string> conversations() const = 0;
    virtual std::vector<std::string> conversations(const std::vector<std::uint64_t>& ids) const = 0;
    /// The newest failures and the newest notes, `of_each_kind` of each at most; a record may keep fewer.
    virtual std::vector<std::string> findings(std::size_t of_each_kind) const = 0;
    /// Those of one exchange. Of a running proxy also those that memory has let go of, if the capture has
    /// them.
    virtual std::vector<std::string> findings_of(ExchangeId exchange) const = 0;
    /// Changes of policy and faults as they came, the newest kMostSwitches of them: {"kind": "policy",
    /// "policy", "before", "time"} or {"kind": "faults", "enabled", "time"}.
    virtual std::vector<std::string> switches() const = 0;
    static constexpr std::size_t kMostSwitches = 1000;
};

}  // namespace why401
