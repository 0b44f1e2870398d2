#pragma once
// What has been said already and is not to be said again. Bounded: the oldest is forgotten first.

#include <deque>
#include <string>
#include <unordered_set>
#include <utility>

namespace why401 {

class ToldOnce {
public:
    explicit ToldOnce(std::size_t most) : most_(most) {}

    /// True the first time that it is asked about this.
    bool first(std::string what) {
        if (!said_.insert(what).second) return false;
        order_.push_back(std::move(what));
        if (order_.size() > most_) {
            said_.erase(order_.front());
            order_.pop_front();
        }
        return true;
    }

    std::size_t held() const { return said_.size(); }

private:
    std::size_t most_;
    std::unordered_set<std::string> said_;
    std::deque<std::string> order_;
};

}  // namespace why401
