#include "wire/utf8.h"

namespace why401::utf8 {

namespace {

struct Lead {
    int continuation;  ///< bytes that follow; -1 for a byte that starts nothing
    char32_t bits;
    char32_t least;  ///< smaller values are overlong
};

Lead read_lead(unsigned char byte) {
    if (byte < 0x80) return {0, byte, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return {1, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF) return {2, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4) return {3, byte & 0x07U, 0x10000};
    return {-1, 0, 0};
}

/// Takes one code point; false when it was malformed.
bool take(std::string_view& text, char32_t& code_point) {
    const Lead lead = read_lead(static_cast<unsigned char>(text.front()));
    text.remove_prefix(1);
    code_point = lead.bits;
    if (lead.continuation < 0) return false;
    for (int i = 0; i < lead.continuation; ++i) {
        if (text.empty() || (static_cast<unsigned char>(text.front()) & 0xC0) != 0x80) return false;
        code_point = code_point << 6 | (static_cast<unsigned char>(text.front()) & 0x3FU);
        text.remove_prefix(1);
    }
    return code_point >= lead.least && code_point <= 0x10FFFF &&
           !(code_point >= 0xD800 && code_point <= 0xDFFF);
}

}  // namespace

char32_t next(std::string_view& text) {
    char32_t code_point = 0;
    return take(text, code_point) ? code_point : kReplacement;
}

void append(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = kReplacement;
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

bool valid(std::string_view text) {
    char32_t ignored = 0;
    while (!text.empty())
        if (!take(text, ignored)) return false;
    return true;
}

std::string from_latin1(std::string_view bytes) {
    std::string out;
    for (char c : bytes) append(out, static_cast<unsigned char>(c));
    return out;
}

std::string repaired(std::string_view text) {
    std::string out;
    while (!text.empty()) append(out, next(text));
    return out;
}

}  // namespace why401::utf8
