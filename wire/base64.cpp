#include "wire/base64.h"

#include <array>
#include <cstdint>

namespace why401::base64 {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values() {
    std::array<std::int8_t, 256> table{};
    for (auto& value : table) value = -1;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return table;
}
constexpr std::array<std::int8_t, 256> kValues = values();

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Decoder {
public:
    explicit Decoder(std::string_view text) : text_(text) {}

    Decoded run() {
        std::size_t i = 0;
        while (i < text_.size() && accept(i)) ++i;
        if (decoded_.complete) finish();
        return std::move(decoded_);
    }

private:
    /// Consumes the character at `i`; false when nothing after it can be decoded.
    bool accept(std::size_t i) {
        const char c = text_[i];
        if (is_space(c)) return note(space_, "white space inside base64", i);
        if (c == '=') {
            ++padding_;
            if (padding_ == 1) padding_at_ = i;
            return true;
        }
        if (padding_ > 0) return stop("bytes after the padding", i);
        int value = kValues[static_cast<unsigned char>(c)];
        if (c == '-' || c == '_') {
            value = c == '-' ? 62 : 63;
            note(url_, "URL-safe alphabet instead of + and /", i);
        }
        if (value < 0) return stop("not a base64 character", i);
        bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
        if (++digits_ % 4 == 0) emit(24, 3);
        return true;
    }

    void emit(int width, int count) {
        for (int n = 1; n <= count; ++n)
            decoded_.bytes.push_back(static_cast<char>(bits_ >> (width - 8 * n) & 0xFF));
        if (width == 24) bits_ = 0;
    }

    void finish() {
        const std::size_t left = digits_ % 4;
        const std::size_t wanted = left == 0 ? 0 : 4 - left;
        const std::size_t end = padding_ > 0 ? padding_at_ : text_.size();
        if (left == 1) {
            decoded_.complete = false;
            add("one character left over: the text is cut off", end);
            return;
        }
        if (left == 2) emit(12, 1);
        if (left == 3) emit(18, 2);
        const std::uint32_t stray = left == 2 ? bits_ & 0xF : left == 3 ? bits_ & 0x3 : 0;
        if (stray != 0) add("bits after the last byte are not zero", end);
        if (padding_ < wanted) add("padding is missing", end);
        if (padding_ > wanted) add("too much padding", padding_at_);
    }

    bool note(bool& seen, const char* what, std::size_t offset) {
        if (!seen) add(what, offset);
        seen = true;
        return true;
    }
    bool stop(const char* what, std::size_t offset) {
        add(what, offset);
        decoded_.complete = false;
        const std::size_t left = digits_ % 4;
        if (left == 2) emit(12, 1);
        if (left == 3) emit(18, 2);
        return false;
    }
    void add(const char* what, std::size_t offset) {
        decoded_.anomalies.push_back({what, offset, "RFC 4648 section 4"});
    }

    std::string_view text_;
    Decoded decoded_;
    std::uint32_t bits_ = 0;
    std::size_t digits_ = 0;
    std::size_t padding_ = 0;
    std::size_t padding_at_ = 0;
    bool space_ = false;
    bool url_ = false;
};

}  // namespace

std::string encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t n = 0; n < 3; ++n)
            bits = bits << 8 | (i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0U);
        for (std::size_t n = 0; n < 4; ++n)
            text.push_back(i + n > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * n) & 0x3F]);
    }
    return text;
}

Decoded decode(std::string_view text) { return Decoder(text).run(); }

std::optional<std::string> decode_strict(std::string_view text) {
    Decoded decoded = decode(text);
    if (!decoded.anomalies.empty()) return std::nullopt;
    return std::move(decoded.bytes);
}

std::optional<std::string> decode_url(std::string_view text) {
    std::string plain;
    plain.reserve(text.size() + 3);
    for (char c : text) {
        if (c == '+' || c == '/' || c == '=') return std::nullopt;
        plain.push_back(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    while (plain.size() % 4 != 0) plain.push_back('=');
    return decode_strict(plain);
}

Span characters_of(std::size_t offset, std::size_t length) {
    if (length == 0) return {offset / 3 * 4 + offset % 3, 0};
    const std::size_t last = offset + length - 1;
    const std::size_t first_character = offset / 3 * 4 + offset % 3;
    const std::size_t last_character = last / 3 * 4 + last % 3 + 1;
    return {first_character, last_character - first_character + 1};
}

}  // namespace why401::base64
