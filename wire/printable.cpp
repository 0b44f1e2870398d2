#include "wire/printable.h"

#include <cstdint>

#include "wire/utf8.h"

namespace why401 {
namespace {

std::string hex(std::uint32_t value, int digits) {
    std::string out;
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += "0123456789ABCDEF"[(value >> static_cast<unsigned>(shift)) & 15U];
    return out;
}

/// Characters that reorder or hide the text around them (Unicode UAX #9 and general category Cf).
bool deceives(char32_t c) {
    return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty()) {
        if (out.size() >= limit) return out + "...";
        const char first = text.front();
        if (static_cast<unsigned char>(first) < 0x20 || first == 0x7F) {
            out += "\\x" + hex(static_cast<unsigned char>(first), 2);
            text.remove_prefix(1);
            continue;
        }
        const std::string_view before = text;
        const char32_t c = utf8::next(text);
        const std::string_view bytes = before.substr(0, before.size() - text.size());
        if (!utf8::valid(bytes)) {
            for (const char byte : bytes) out += "\\x" + hex(static_cast<unsigned char>(byte), 2);
        } else if (deceives(c)) {
            out += "U+" + hex(static_cast<std::uint32_t>(c), c > 0xFFFF ? 5 : 4);
        } else {
            out += bytes;
        }
    }
    return out;
}

}  // namespace why401
