#pragma once
// For tests only: every word that the diagnosis says of a record, in the order it says them, as one text: two
// runs said the same exactly when the texts are equal.

#include <string>
#include <vector>

#include "analysis/diagnose.h"

namespace why401::test {

inline std::string text_of(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& one : texts) out += " | " + one;
    return out;
}

inline std::string text_of(const Finding& f) {
    std::string out = "finding " + std::to_string(f.id) + " " + std::string(f.rule) + " " +
                      std::string(to_string(f.severity)) + " " + std::string(to_string(f.confidence)) + " " +
                      std::string(to_string(f.culprit)) + " of " + std::to_string(number(f.exchange)) +
                      " in " + std::to_string(f.conversation) + ": " + f.because + " -> " + f.consequence;
    for (const Evidence& e : f.evidence) {
        out += " [" + std::to_string(number(e.exchange)) + " " + e.at + " " + e.says;
        if (e.bytes) out += " " + std::to_string(e.bytes->first) + "+" + std::to_string(e.bytes->second);
        out += "]";
    }
    return out + text_of(f.ruled_out) + text_of(f.not_visible) + text_of(f.fix) + text_of(f.sources) + "\n";
}

inline std::string text_of(const ExchangeReading& r) {
    std::string out = "exchange " + std::to_string(number(r.exchange)) + " " + r.scheme + " " + r.leg + " " +
                      r.client_identity.value_or("-") + " " + r.identity.value_or("-") + " " + r.finding +
                      " " + std::to_string(r.conversation);
    if (r.substatus)
        out += " " + r.substatus->value + " " + std::string(to_string(r.substatus->basis)) + " " +
               std::string(to_string(r.substatus->confidence));
    return out + "\n";
}

inline std::string text_of(const ConversationReading& r) {
    std::string out = "conversation " + std::to_string(r.id) + " " + r.origin + " " + r.scheme + " " +
                      r.identity + " " + r.outcome + " " + r.verdict;
    for (const ExchangeId id : r.exchanges) out += " " + std::to_string(number(id));
    return out + "\n";
}

inline std::string spoken(const std::vector<RecordItem>& items, Diagnosis::Care care, bool finish = true) {
    std::string said;
    Diagnosis diagnosis({[&](const Finding& f) { said += text_of(f); },
                         [&](std::uint64_t id) { said += "withdrawn " + std::to_string(id) + "\n"; },
                         [&](const ExchangeReading& r) { said += text_of(r); },
                         [&](const ConversationReading& r) { said += text_of(r); }},
                        care);
    for (const RecordItem& item : items) diagnosis.add(item);
    if (finish) diagnosis.finish();
    const Summary s = diagnosis.summary();
    for (const std::uint64_t n : {s.exchanges, s.conversations, s.status_401, s.normal_401, s.explained_401,
                                  s.unexplained_401, std::uint64_t{diagnosis.held()}})
        said += std::to_string(n) + " ";
    return said;
}

}  // namespace why401::test
