// Any bytes as a failed request trace: refused in a sentence, or one exchange with a line of its own.
#include <cstdint>
#include <cstdlib>

#include "store/freb.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    int exchanges = 0;
    try {
        why401::read_freb({reinterpret_cast<const char*>(data), size}, "a",
                          [&](const why401::RecordItem& item) {
                              const auto& exchange = std::get<why401::Exchange>(item);
                              if (!exchange.log || exchange.status < 0 || exchange.status > 999) std::abort();
                              ++exchanges;
                          });
        if (exchanges != 1) std::abort();
    } catch (const why401::LogError&) {
    }
    return 0;
}
