// Any text as a server's words about a token: what is found lies inside the text.
#include <cstdint>
#include <cstdlib>

#include "analysis/token_words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto words = why401::read_token_words(std::string_view(reinterpret_cast<const char*>(data), size));
    if (words && (words->length == 0 || words->offset + words->length > size)) std::abort();
    return 0;
}
