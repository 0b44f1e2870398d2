#pragma once
// What doors asked for lately: the nonces they handed out and how far these were used, and the schemes that
// each folder offered. Bounded; the oldest goes first. It remembers, and refuses to conclude.

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/facts.h"

namespace why401 {

/// A nonce of Digest, as this record saw it handed out.
struct NonceFacts {
    ExchangeId issued{};
    Place place;  ///< of the challenge
    std::optional<ConnectionId> upstream;
    std::string realm, opaque;
    bool has_opaque = false;
    std::vector<std::string> algorithms;  ///< of the challenges with this nonce; MD5 where none is named
    std::vector<std::string> qops;        ///< empty: the old form without qop
    ExchangeId accepted{};                ///< a request that was let in with it; 0: none
    std::uint32_t highest = 0;            ///< nc of these
};

/// The schemes of a challenge.
struct Offer {
    ExchangeId by{};
    Place place;
    std::vector<std::string> schemes;
};

/// The number of a use (nc) as written in hex; nothing for anything else.
std::optional<std::uint32_t> count_of(std::string_view nc);

class Doors {
public:
    /// Of the Digest credentials of this exchange; null when the record did not see where they come from.
    std::shared_ptr<const NonceFacts> nonce(const ExchangeFacts& facts) const;
    /// What the folder of this page asked for the last time; null: nothing so far.
    std::shared_ptr<const Offer> offer(const ExchangeFacts& facts) const;

    void after(const ExchangeFacts& facts);

    std::size_t held() const { return nonces_.held() + offers_.held(); }

private:
    /// A map that forgets its oldest.
    template <class Value>
    struct Kept {
        std::unordered_map<std::string, std::shared_ptr<const Value>> known;
        std::deque<std::string> order;

        std::shared_ptr<const Value> find(const std::string& key) const {
            const auto at = known.find(key);
            return at == known.end() ? nullptr : at->second;
        }
        void put(const std::string& key, Value value);
        std::size_t held() const { return known.size() + order.size(); }
    };
    void issue(const ExchangeFacts& facts);
    void use(const ExchangeFacts& facts);

    Kept<NonceFacts> nonces_;
    Kept<Offer> offers_;
};

}  // namespace why401
