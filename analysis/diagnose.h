#pragma once
// The whole analysis behind one door: record items in, readings and findings out. Pure and incremental: the
// cost of an item does not grow with the length of the record, and the same items always give the same
// answer, so a live run and its saved capture agree. It never reads a clock: "now" is the last item's time.

#include <functional>
#include <memory>

#include "analysis/finding.h"
#include "record/record_item.h"

namespace why401 {

class Diagnosis {
public:
    /// Hears of every new or revised result, each whole, in the order they arise. Any may be empty.
    /// A finding that later events disproved is withdrawn by its id. An exchange that nothing is told of has
    /// the reading that says nothing.
    struct Listener {
        std::function<void(const Finding&)> finding;
        std::function<void(std::uint64_t finding_id)> withdrawn;
        std::function<void(const ExchangeReading&)> exchange;
        std::function<void(const ConversationReading&)> conversation;
    };

    /// Most exchanges have nothing to do with a login and are passed over shortly. `Thorough` reads each of
    /// them whole; the results are the same, which is what it is for: to be compared.
    enum class Care : std::uint8_t { Short, Thorough };

    explicit Diagnosis(Listener listener, Care care = Care::Short);
    ~Diagnosis();

    /// Takes the next item of the record. Exchanges come in order of completion.
    void add(const RecordItem& item);
    void add(const Exchange& exchange);
    void add(const Connection& connection);

    /// The record ends here: what was waiting for a sequel is judged without one. Call once.
    void finish();

    Summary summary() const;

    /// How many things are remembered: stays bounded however long the record is.
    std::size_t held() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace why401
