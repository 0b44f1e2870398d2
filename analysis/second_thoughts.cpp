#include "analysis/second_thoughts.h"

#include <algorithm>

namespace why401 {
namespace {

constexpr std::size_t kKept = 64;

/// Two names on one server connection: a balancer stands behind it (NTLM-POOL-005).
bool names_another_computer(const Case& later, Case& kept) {
    if (!later.now.challenges().ntlm || !kept.standing.answered) return false;
    if (!kept.standing.other_computer.empty() || !kept.now.upstream) return false;
    if (later.now.upstream != kept.now.upstream || later.now.origin != kept.now.origin) return false;
    const std::string there = later.now.challenges().ntlm->computer();
    const std::string here = kept.standing.answered->challenge.message.computer();
    if (there.empty() || here.empty() || there == here) return false;
    kept.standing.other_computer = there;
    kept.standing.other_computer_by = later.now.id;
    return true;
}

/// One more of the same program was left lying.
bool goes_on_in_circles(const Case& later, Case& kept) {
    const auto& lying = later.ntlm.unanswered;
    if (std::find(lying.begin(), lying.end(), kept.now.id) == lying.end()) return false;
    kept.ntlm.unanswered = lying;
    std::erase(kept.ntlm.unanswered, kept.now.id);
    kept.ntlm.unanswered.push_back(later.now.id);
    return true;
}

}  // namespace

void SecondThoughts::keep(const WaiterPtr& waiter) {
    const std::string_view rule = waiter->reading.finding;
    const bool halfway = rule == "CLIENT-NOAUTH-001" && waiter->c.now.challenges().ntlm;
    if (!halfway && rule != "NTLM-FAIL-001" && rule != "NTLM-FAIL-002") return;
    if (std::find(kept_.begin(), kept_.end(), waiter) != kept_.end()) return;
    kept_.push_back(waiter);
    if (kept_.size() > kKept) kept_.pop_front();
}

std::vector<WaiterPtr> SecondThoughts::stirred_by(const Case& later, std::string_view rule) {
    std::vector<WaiterPtr> stirred;
    if (kept_.empty() || (!later.now.challenges().ntlm && rule != "NTLM-PING-001")) return stirred;
    std::erase_if(kept_, [&](const WaiterPtr& kept) {
        if (number(kept->c.now.id) >= number(later.now.id)) return false;
        const bool changed = rule == "NTLM-PING-001" ? goes_on_in_circles(later, kept->c)
                                                     : names_another_computer(later, kept->c);
        if (changed) stirred.push_back(kept);
        return changed;
    });
    return stirred;
}

}  // namespace why401
