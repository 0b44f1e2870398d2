// Any bytes as a file of another program: the first byte says as which kind it is read. What comes out lies
// within what was read: every field within its head, every exchange with a number of its own.
#include <cstdint>
#include <cstdlib>
#include <set>

#include "store/trace.h"

namespace {

void expect_sound(const why401::Message& message) {
    for (const auto& line : message.parsed.fields) {
        if (line.begin + line.name_length > message.head.size()) std::abort();
        if (line.value_begin + line.value_length > message.head.size()) std::abort();
    }
    if (message.body.kept.size() > message.body.length) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace why401;
    if (size == 0) return 0;
    constexpr TraceNotes (*kReaders[])(std::string_view, const TraceSink&) = {read_har, read_netlog, read_saz,
                                                                              read_pcap};
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::set<std::uint64_t> ids;
    try {
        kReaders[data[0] % 4](bytes, [&](RecordItem item) {
            const auto* exchange = std::get_if<Exchange>(&item);
            if (!exchange) return;
            if (!ids.insert(number(exchange->id)).second) std::abort();
            expect_sound(exchange->request);
            expect_sound(exchange->response);
        });
    } catch (const TraceError&) {
    }
    return 0;
}
