#include "wire/hex.h"

namespace why401::hex {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string encode(std::string_view bytes) {
    std::string digits;
    digits.reserve(bytes.size() * 2);
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        digits.push_back(kDigits[byte >> 4]);
        digits.push_back(kDigits[byte & 0xF]);
    }
    return digits;
}

std::optional<std::string> decode(std::string_view digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = digit(digits[i]);
        const int low = digit(digits[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    return bytes;
}

std::string number(std::uint64_t value, int width) {
    std::string digits;
    for (; value != 0; value >>= 4) digits.insert(digits.begin(), kDigits[value & 0xF]);
    while (static_cast<int>(digits.size()) < width) digits.insert(digits.begin(), '0');
    return "0x" + digits;
}

}  // namespace why401::hex
