#include "wire/utf16.h"

#include "wire/utf8.h"

namespace why401::utf16 {

namespace {

bool is_high(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

char32_t unit_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]) |
           static_cast<char32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8;
}

/// Takes one code point off the front; false when it was malformed (then it is U+FFFD).
bool take(std::string_view& bytes, char32_t& code_point) {
    code_point = utf8::kReplacement;
    if (bytes.size() < 2) {
        bytes = {};
        return false;
    }
    const char32_t unit = unit_at(bytes, 0);
    bytes.remove_prefix(2);
    if (is_low(unit)) return false;
    if (!is_high(unit)) {
        code_point = unit;
        return true;
    }
    if (bytes.size() < 2 || !is_low(unit_at(bytes, 0))) return false;
    code_point = 0x10000 + ((unit - 0xD800) << 10) + (unit_at(bytes, 0) - 0xDC00);
    bytes.remove_prefix(2);
    return true;
}

}  // namespace

std::string to_utf8(std::string_view little_endian) {
    std::string out;
    char32_t code_point = 0;
    while (!little_endian.empty()) {
        take(little_endian, code_point);
        utf8::append(out, code_point);
    }
    return out;
}

std::string from_utf8(std::string_view text) {
    std::string out;
    const auto put = [&out](char32_t unit) {
        out.push_back(static_cast<char>(unit & 0xFF));
        out.push_back(static_cast<char>(unit >> 8));
    };
    while (!text.empty()) {
        const char32_t code_point = utf8::next(text);
        if (code_point < 0x10000) {
            put(code_point);
        } else {
            put(0xD800 + ((code_point - 0x10000) >> 10));
            put(0xDC00 + ((code_point - 0x10000) & 0x3FF));
        }
    }
    return out;
}

bool valid(std::string_view little_endian) {
    char32_t ignored = 0;
    while (!little_endian.empty())
        if (!take(little_endian, ignored)) return false;
    return true;
}

}  // namespace why401::utf16
