// Any bytes as a message: our parser and Boost.Beast's understand them alike, but for the listed differences.
// The first byte chooses whether it is a request, a response or a response to HEAD.

#include <cstdio>
#include <cstdlib>

#include "tests/conformance/http1_agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace why401::conformance;
    if (size < 1) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string complaint = disagreement(bytes, static_cast<Kind>(data[0] % 3));
    if (complaint.empty()) return 0;
    std::fprintf(stderr, "%s\n", complaint.c_str());
    std::abort();
}
