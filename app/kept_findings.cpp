#include "app/kept_findings.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>

#include "app/report_json.h"

namespace why401 {

void KeptFindings::put(const Finding& finding) {
    if (finding.id > newest_) ++known_;
    newest_ = std::max(newest_, finding.id);
    const bool is_note = finding.kind == FindingKind::Posture;
    kinds_[is_note ? 0 : 1].erase(finding.id);
    auto& kept = kinds_[is_note ? 1 : 0];
    kept.insert_or_assign(finding.id, Kept{finding.exchange, boost::json::serialize(finding_json(finding))});
    if (kept.size() <= of_each_kind_) return;
    forgotten_up_to_ = std::max(forgotten_up_to_, kept.begin()->first);
    kept.erase(kept.begin());
}

void KeptFindings::withdraw(std::uint64_t id) {
    if (id > newest_) return;
    --known_;
    for (auto& kept : kinds_) kept.erase(id);
}

const std::string* KeptFindings::find(std::uint64_t id) const {
    for (const auto& kept : kinds_)
        if (const auto found = kept.find(id); found != kept.end()) return &found->second.json;
    return nullptr;
}

std::vector<std::string> KeptFindings::newest(std::size_t of_each_kind) const {
    std::map<std::uint64_t, const std::string*> chosen;
    for (const auto& kept : kinds_) {
        const auto count = static_cast<std::ptrdiff_t>(std::min(of_each_kind, kept.size()));
        for (auto one = std::prev(kept.end(), count); one != kept.end(); ++one)
            chosen.emplace(one->first, &one->second.json);
    }
    std::vector<std::string> texts;
    texts.reserve(chosen.size());
    for (const auto& [id, json] : chosen) texts.push_back(*json);
    return texts;
}

std::map<std::uint64_t, std::string> KeptFindings::of(ExchangeId exchange) const {
    std::map<std::uint64_t, std::string> found;
    for (const auto& kept : kinds_)
        for (const auto& [id, one] : kept)
            if (one.exchange == exchange) found.emplace(id, one.json);
    return found;
}

std::uint64_t KeptFindings::left_out() const { return known_ - kinds_[0].size() - kinds_[1].size(); }

}  // namespace why401
