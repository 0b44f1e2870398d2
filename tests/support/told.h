#pragma once
// For tests only: runs a story through the diagnosis and keeps what was said, as a listener would. Every
// story told so also proves that the short way of ordinary exchanges says what the thorough one says.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "analysis/diagnose.h"
#include "tests/support/spoken.h"
#include "tests/support/story.h"

namespace why401::test {

struct Told {
    std::map<std::uint64_t, Finding> findings;  ///< those that stand
    std::map<std::uint64_t, ExchangeReading> exchanges;
    std::map<std::uint64_t, ConversationReading> conversations;
    std::vector<std::uint64_t> withdrawn;
    Summary summary;
    std::size_t held = 0;

    /// "4:NTLM-POOL-001 9:UNKNOWN-401": exchange and rule of each failure finding that stands.
    std::string failures() const {
        std::string out;
        for (const auto& [id, finding] : findings) {
            if (finding.kind != FindingKind::Failure) continue;
            out += (out.empty() ? "" : " ") + std::to_string(number(finding.exchange)) + ":" +
                   std::string(finding.rule);
        }
        return out;
    }
    /// "NORM-ANON-001 NORM-NTLM-002 ...": of each exchange that has one.
    std::string readings() const {
        std::string out;
        for (const auto& [id, reading] : exchanges)
            out += (out.empty() ? "" : " ") + (reading.finding.empty() ? std::string("-") : reading.finding);
        return out;
    }
    const Finding& only() const {
        static const Finding kNone;
        return findings.size() == 1 ? findings.begin()->second : kNone;
    }
};

inline Diagnosis::Listener listener_of(Told& told) {
    Diagnosis::Listener listener;
    listener.finding = [&told](const Finding& f) { told.findings[f.id] = f; };
    listener.withdrawn = [&told](std::uint64_t id) {
        told.findings.erase(id);
        told.withdrawn.push_back(id);
    };
    listener.exchange = [&told](const ExchangeReading& r) { told.exchanges[number(r.exchange)] = r; };
    listener.conversation = [&told](const ConversationReading& r) { told.conversations[r.id] = r; };
    return listener;
}

inline Told tell(const std::vector<RecordItem>& items, bool finish = true) {
    Told told;
    Diagnosis diagnosis(listener_of(told));
    for (const RecordItem& item : items) {
        if (const auto* exchange = std::get_if<Exchange>(&item))
            told.exchanges.try_emplace(number(exchange->id), ExchangeReading{}).first->second.exchange =
                exchange->id;
        diagnosis.add(item);
    }
    if (finish) diagnosis.finish();
    EXPECT_EQ(spoken(items, Diagnosis::Care::Short, finish),
              spoken(items, Diagnosis::Care::Thorough, finish));
    told.summary = diagnosis.summary();
    told.held = diagnosis.held();
    return told;
}
inline Told tell(const Story& story, bool finish = true) { return tell(story.items(), finish); }

}  // namespace why401::test
