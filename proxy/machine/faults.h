#pragma once
// Faults injected on purpose, by name: each reproduces what a broken intermediary does, and names the
// rule that must then fire. The relay asks this set; it never breaks anything unasked.

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace why401 {

enum class FaultName : std::uint8_t {
    CloseAfterChallenge,
    DropAuthorization,
    DropWwwAuthenticate,
    JoinChallenges,
    Http10Upstream,
    AddVia,
    DropProxySupport,
    InterleaveAnonymous,
    DelayAuthenticate,
    RetryAuthenticate,
};

struct FaultText {
    FaultName fault;
    std::string_view name;  ///< "close-after-challenge"
    std::string_view meaning;
    std::string_view rule;  ///< the finding it must lead to
};
std::span<const FaultText> fault_texts();

class FaultSet {
public:
    /// "add-via" or "delay-authenticate:1500" (milliseconds, 1 to 600000). False for anything else; the set
    /// is unchanged then.
    bool enable(std::string_view text);
    /// The name without an argument. False when it is unknown.
    bool disable(std::string_view name);

    bool has(FaultName fault) const { return (bits_ >> static_cast<unsigned>(fault)) & 1U; }
    bool empty() const { return bits_ == 0; }
    std::chrono::milliseconds delay() const { return delay_; }
    std::vector<std::string> names() const;  ///< of those enabled, arguments included

private:
    std::uint32_t bits_ = 0;
    std::chrono::milliseconds delay_{0};
};

}  // namespace why401
