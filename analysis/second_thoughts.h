#pragma once
// Findings that a later exchange may show in another light: kept for a while, and handed back when it does,
// their cases brought up to date. Bounded. It refuses to judge: whoever takes them asks the rules again.

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "analysis/waiting.h"

namespace why401 {

class SecondThoughts {
public:
    /// After each judgement; only what may be doubted is kept.
    void keep(const WaiterPtr& waiter);
    /// Those to judge again because of `later`, which was judged to be `rule` (empty: nothing yet).
    std::vector<WaiterPtr> stirred_by(const Case& later, std::string_view rule);

    std::size_t held() const { return kept_.size(); }

private:
    std::deque<WaiterPtr> kept_;  ///< oldest first
};

}  // namespace why401
