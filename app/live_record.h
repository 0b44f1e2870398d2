#pragma once
// The record of the present run as it is looked at: what is recent from memory, what is older from the
// capture. The recorder never waits for it: nothing is rendered, searched or read from the file while a lock
// is held.

#include <filesystem>
#include <utility>

#include "app/record_view.h"

namespace why401 {

class LiveState;

class LiveRecord final : public RecordView {
public:
    /// `live` must outlive it; `capture` is the file this process writes, empty: there is none.
    LiveRecord(const LiveState& live, std::filesystem::path capture)
        : live_(live), capture_(std::move(capture)) {}

    Summary summary() const override;
    ExchangeList list(const ListQuestion& question) const override;
    std::vector<LiveExchange> exchanges(std::uint64_t after, std::size_t limit) const override;
    std::vector<LiveExchange> exchanges(const std::vector<std::uint64_t>& ids) const override;
    std::optional<LiveExchange> exchange(ExchangeId id) const override;
    std::vector<std::string> connections() const override;
    std::vector<std::string> connections(const std::vector<ConnectionId>& ids) const override;
    std::vector<std::string> conversations() const override;
    std::vector<std::string> conversations(const std::vector<std::uint64_t>& ids) const override;
    std::vector<std::string> findings(std::size_t of_each_kind) const override;
    std::vector<std::string> findings_of(ExchangeId exchange) const override;
    std::vector<std::string> switches() const override;

private:
    const LiveState& live_;
    const std::filesystem::path capture_;
};

}  // namespace why401
