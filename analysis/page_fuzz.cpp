// Any bytes as the body of an error page: what it says lies inside it, and describes itself.
#include <cstdint>
#include <cstdlib>

#include "analysis/page.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const why401::Page page = why401::read_page(body, "");
    if (page.bytes && page.bytes->first + page.bytes->second > size) std::abort();
    if (why401::describe(page.kind).empty()) std::abort();
    why401::complains_of_length(body);
    return 0;
}
