// Any bytes as text: what comes out is UTF-8, harmless for a terminal, and what was well formed is kept.
#include <cstdint>
#include <cstdlib>

#include "wire/hex.h"
#include "wire/printable.h"
#include "wire/utf16.h"
#include "wire/utf8.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    require(utf8::valid(utf8::repaired(bytes)) && utf8::valid(utf8::from_latin1(bytes)));
    if (utf8::valid(bytes)) {
        require(utf8::repaired(bytes) == bytes);
        require(utf16::valid(utf16::from_utf8(bytes)) && utf16::to_utf8(utf16::from_utf8(bytes)) == bytes);
    }
    require(utf8::valid(utf16::to_utf8(bytes)));
    if (utf16::valid(bytes)) require(utf16::from_utf8(utf16::to_utf8(bytes)) == bytes);
    const std::string shown = printable(bytes);
    require(utf8::valid(shown) && printable(shown) == shown);
    for (char c : shown) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    require(utf8::valid(printable(bytes, 20)));
    require(hex::decode(hex::encode(bytes)) == bytes);
    if (const auto decoded = hex::decode(bytes)) require(decoded->size() * 2 == size);
    return 0;
}
