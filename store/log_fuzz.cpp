// Any bytes as the log of a server: every row is read, repaired or counted as set aside, and what is said of
// it lies inside it.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "store/httperr.h"
#include "store/iis_w3c.h"

namespace {

void check(const why401::RecordItem& item) {
    const auto* exchange = std::get_if<why401::Exchange>(&item);
    if (exchange == nullptr) return;
    if (!exchange->log || exchange->request.method().empty()) std::abort();
    if (why401::url(*exchange).empty() || exchange->status < 0 || exchange->status > 999) std::abort();
    if (exchange->timing.started > exchange->timing.ended) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::istringstream in(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
    why401::LogWishes wishes;
    wishes.login_rows_only = (data[0] & 1U) != 0;
    std::uint64_t exchanges = 0;
    const auto sink = [&](const why401::RecordItem& item) {
        check(item);
        exchanges += std::holds_alternative<why401::Exchange>(item);
    };
    try {
        const why401::LogReading reading = (data[0] & 2U) != 0 ? why401::read_httperr(in, "a", wishes, sink)
                                                               : why401::read_iis_w3c(in, "a", wishes, sink);
        if (reading.exchanges != exchanges || reading.requests < reading.exchanges) std::abort();
    } catch (const why401::LogError&) {
    }
    return 0;
}
