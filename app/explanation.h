#pragma once
// A record explained: feeds its items to the analysis and keeps the last state of every result, ready to be
// printed. It reads no file and asks no cache: the same items always give the same explanation.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/diagnose.h"
#include "app/report_json.h"
#include "record/record_item.h"

namespace why401 {

/// Where items came from: the contract's sources[].
struct ExplainedSource {
    std::string path;
    std::string kind = "capture";
    std::uint64_t exchanges = 0;
    bool sanitized = false;
    std::uint64_t not_recorded = 0;  ///< exchanges that passed and are missing in it
    std::string because;             ///< the last reason
    std::vector<std::string> notes;  ///< sentences of whoever read it
};

struct ExplainedExchange {
    ExchangeRow row;
    ExchangeReading reading;
    Instant started;
    std::shared_ptr<const LogLine> log;  ///< what the server's own log says of it

    /// "401.2" where the substatus is at least likely, else the bare status: a guess is not to look like a
    /// fact.
    /// "-" when no response came.
    std::string status_text() const;
};

/// An exchange without a whole answer of the server: cut short, or answered by the proxy that recorded it.
struct Unserved {
    Outcome outcome;
    Fault::Whose whose;
    std::string what;
};

class Explanation {
public:
    Explanation();

    /// Before the first item: looks at each exchange and may note in it what a check with a secret showed.
    void check_with(std::function<void(Exchange&)> check) { check_ = std::move(check); }

    /// The next item; `source` and `source_id` name where an exchange came from when several sources are
    /// merged.
    void add(const RecordItem& item, std::string source = {}, std::uint64_t source_id = 0);
    /// Exchanges that were seen and say nothing of logins: they are counted, and that is all.
    void pass_over(std::uint64_t exchanges) { passed_over_ += exchanges; }
    /// No more items. Call once, before anything below is read.
    void finish();

    const std::map<std::uint64_t, ExplainedExchange>& exchanges() const { return exchanges_; }
    const std::map<std::uint64_t, ConversationReading>& conversations() const { return conversations_; }
    const std::map<std::uint64_t, Finding>& findings() const { return findings_; }
    /// What was noticed in the same attempt as a failure, and is folded beneath it: postures of its
    /// conversation.
    std::vector<const Finding*> beneath(const Finding& failure) const;
    const std::map<ConnectionId, Connection>& connections() const { return connections_; }
    const std::vector<PolicyChanged>& policies() const { return policies_; }
    /// By exchange, of those that were checked with a secret; nothing when nobody asked for it.
    const std::map<std::uint64_t, std::shared_ptr<const ProofOutcome>>& checks() const { return checks_; }
    bool was_checked() const { return check_ != nullptr; }
    /// By exchange, those that no finding speaks of.
    std::map<std::uint64_t, Unserved> unserved() const;
    Summary summary() const;

private:
    void take(const RecordItem& item, std::string source, std::uint64_t source_id);

    std::function<void(Exchange&)> check_;
    std::map<std::uint64_t, std::shared_ptr<const ProofOutcome>> checks_;
    std::map<std::uint64_t, ExplainedExchange> exchanges_;
    std::map<std::uint64_t, ConversationReading> conversations_;
    std::map<std::uint64_t, Finding> findings_;
    std::map<ConnectionId, Connection> connections_;
    std::vector<PolicyChanged> policies_;
    std::map<std::uint64_t, Unserved> unserved_;
    std::uint64_t passed_over_ = 0;
    Diagnosis diagnosis_;
};

/// `why401 explain --json`, whole, with a newline at its end. `version` is this program's.
std::string explanation_json(const Explanation& explanation, const std::vector<ExplainedSource>& sources,
                             const std::string& version);

}  // namespace why401
