#pragma once
// A map that forgets: past its limit, what was put in first goes first. It refuses to know why a thing is
// remembered.

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace why401 {

template <class Value>
class Recent {
public:
    explicit Recent(std::size_t limit) : limit_(limit) {}

    /// The value at that key, made when there is none.
    Value& at(const std::string& key) {
        const auto [found, added] = values_.try_emplace(key);
        if (!added) return found->second;
        order_.push_back(&found->first);  // keys never move
        if (order_.size() > limit_) {
            values_.erase(values_.find(*order_.front()));
            order_.pop_front();
        }
        return found->second;
    }
    /// Null when there is none.
    const Value* find(const std::string& key) const {
        const auto found = values_.find(key);
        return found == values_.end() ? nullptr : &found->second;
    }
    Value* find(const std::string& key) {
        const auto found = values_.find(key);
        return found == values_.end() ? nullptr : &found->second;
    }

    std::size_t size() const { return values_.size(); }

private:
    std::size_t limit_;
    std::unordered_map<std::string, Value> values_;
    std::deque<const std::string*> order_;
};

}  // namespace why401
