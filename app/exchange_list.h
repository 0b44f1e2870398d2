#pragma once
// The answer to `GET /api/v1/list`: one number per exchange and column, words once each. It is how a hundred
// thousand exchanges reach a browser; it reads no file and decides nothing.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/finding.h"
#include "store/listed_exchange.h"

namespace why401 {

class ExchangeList {
public:
    ExchangeList() = default;
    ExchangeList(ExchangeList&&) = default;
    ExchangeList& operator=(ExchangeList&&) = default;

    /// In order of id.
    void add(const ListedExchange& exchange, const ExchangeReading& reading);

    std::size_t size() const { return columns_[0].size(); }
    std::uint64_t last() const { return size() == 0 ? 0 : static_cast<std::uint64_t>(columns_[0].back()); }

    std::optional<std::uint64_t> next;  ///< the id to go on after, when there may be more
    std::uint64_t forgotten = 0;        ///< exchanges of the range that are no longer known
    std::uint64_t scanned = 0;          ///< exchanges that were looked at

    /// A JSON object, the columns named as in kNames.
    std::string json() const;

private:
    using Word = std::uint32_t;
    static constexpr std::array kNames{"ids",      "conversation", "client",  "upstream", "origin",
                                       "status",   "substatus",    "scheme",  "leg",      "client_identity",
                                       "identity", "finding",      "outcome", "started",  "duration"};
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    std::int64_t word(std::string_view text);

    std::array<std::vector<std::int64_t>, kNames.size()> columns_;
    std::unordered_map<std::string, Word, Hash, std::equal_to<>> places_;
    std::vector<std::string_view> words_{""};  ///< of the keys of `places_`, which stay where they are
    std::int64_t base_ = 0;
    std::string origin_;
};

}  // namespace why401
