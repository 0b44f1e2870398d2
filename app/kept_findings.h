#pragma once
// The newest findings as JSON, failures and notes each by themselves: however many notes come, they push no
// failure out. It decides nothing and reads no file. Not safe from several threads.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/finding.h"

namespace why401 {

class KeptFindings {
public:
    explicit KeptFindings(std::size_t of_each_kind) : of_each_kind_(of_each_kind) {}

    /// New ones come in order of id; one that is known already is revised, and may have become of the other
    /// kind.
    void put(const Finding& finding);
    void withdraw(std::uint64_t id);

    const std::string* find(std::uint64_t id) const;  ///< null: it is not kept
    /// The newest failures and the newest notes, so many of each, in order of id.
    std::vector<std::string> newest(std::size_t of_each_kind) const;
    std::map<std::uint64_t, std::string> of(ExchangeId exchange) const;
    /// The highest id of those that did not find room; 0: all did.
    std::uint64_t forgotten_up_to() const { return forgotten_up_to_; }
    /// How many there are besides those that are kept.
    std::uint64_t left_out() const;

private:
    struct Kept {
        ExchangeId exchange{};
        std::string json;
    };
    std::array<std::map<std::uint64_t, Kept>, 2> kinds_;  ///< failures, notes
    const std::size_t of_each_kind_;
    std::uint64_t newest_ = 0, known_ = 0, forgotten_up_to_ = 0;
};

}  // namespace why401
