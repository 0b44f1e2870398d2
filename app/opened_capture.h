#pragma once
// A capture file that was opened for looking at. The file may come from a stranger: what the analysis says is
// computed anew when it is opened, and the findings and readings in it are never looked at. It writes nothing
// to the file and nothing beside it.

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "app/kept_findings.h"
#include "app/record_view.h"
#include "record/connection.h"
#include "store/capture.h"

namespace why401 {

class OpenedCapture final : public RecordView {
public:
    /// Reads the file once from end to end. Throws CaptureError: a sentence that calls the file `name`;
    /// without one that is the path's last part. Also when `stop` is requested on the way.
    explicit OpenedCapture(std::filesystem::path file, const std::string& name = {},
                           const std::stop_token& stop = {});

    const std::filesystem::path& file() const { return file_; }
    const std::string& name() const { return name_; }  ///< "trace.why401"
    const CaptureHeader& header() const { return header_; }
    std::uint64_t not_recorded() const { return not_recorded_; }  ///< exchanges that passed and are missing
    std::uint64_t connection_count(Leg leg) const;
    static constexpr std::size_t kMostFindings = 20'000;  ///< failures that are kept, and as many notes
    std::uint64_t findings_left_out() const { return findings_.left_out(); }  ///< the older ones

    Summary summary() const override { return summary_; }
    ExchangeList list(const ListQuestion& question) const override;
    std::vector<LiveExchange> exchanges(std::uint64_t after, std::size_t limit) const override;
    std::vector<LiveExchange> exchanges(const std::vector<std::uint64_t>& ids) const override;
    std::optional<LiveExchange> exchange(ExchangeId id) const override;
    std::vector<std::string> connections() const override;
    std::vector<std::string> connections(const std::vector<ConnectionId>& ids) const override;
    std::vector<std::string> conversations() const override;
    std::vector<std::string> conversations(const std::vector<std::uint64_t>& ids) const override;
    std::vector<std::string> findings(std::size_t of_each_kind) const override {
        return findings_.newest(of_each_kind);
    }
    std::vector<std::string> findings_of(ExchangeId exchange) const override;
    std::vector<std::string> switches() const override { return switches_; }

private:
    struct Take;
    void read(const std::stop_token& stop);

    std::filesystem::path file_;
    std::string name_;
    CaptureReader reader_;
    mutable std::mutex mutex_;  ///< of reader_, once it is opened; the rest does not change any more
    CaptureHeader header_;
    Summary summary_;
    std::uint64_t not_recorded_ = 0;
    std::uint64_t last_ = 0;  ///< what is recorded after it was opened is not shown: it is not analysed
    std::map<ConnectionId, Connection> connections_;
    std::map<std::uint64_t, ConversationReading> conversations_;
    KeptFindings findings_{kMostFindings};
    std::vector<std::string> switches_;
};

}  // namespace why401
