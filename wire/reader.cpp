#include "wire/reader.h"

namespace why401::wire {

std::string_view Reader::take(std::size_t count) {
    if (failed_at_) return {};
    if (count > remaining()) {
        failed_at_ = position_;
        return {};
    }
    const std::string_view taken = bytes_.substr(position_, count);
    position_ += count;
    return taken;
}

void Reader::seek(std::size_t position) {
    if (failed_at_) return;
    if (position > bytes_.size()) {
        failed_at_ = bytes_.size();
        return;
    }
    position_ = position;
}

std::uint64_t Reader::number_le(std::size_t count) {
    const std::string_view bytes = take(count);
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    return value;
}

std::uint64_t Reader::number_be(std::size_t count) {
    std::uint64_t value = 0;
    for (char c : take(count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::uint8_t Reader::u8() { return static_cast<std::uint8_t>(number_be(1)); }
std::uint16_t Reader::u16_le() { return static_cast<std::uint16_t>(number_le(2)); }
std::uint32_t Reader::u32_le() { return static_cast<std::uint32_t>(number_le(4)); }
std::uint64_t Reader::u64_le() { return number_le(8); }
std::uint16_t Reader::u16_be() { return static_cast<std::uint16_t>(number_be(2)); }
std::uint32_t Reader::u32_be() { return static_cast<std::uint32_t>(number_be(4)); }
std::uint64_t Reader::u64_be() { return number_be(8); }

std::optional<std::string_view> slice(std::string_view bytes, std::uint64_t offset, std::uint64_t length) {
    if (offset > bytes.size() || length > bytes.size() - offset) return std::nullopt;
    return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

namespace {

void put_le(std::string& out, std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

void put_u16_le(std::string& out, std::uint16_t value) { put_le(out, value, 2); }
void put_u32_le(std::string& out, std::uint32_t value) { put_le(out, value, 4); }
void put_u64_le(std::string& out, std::uint64_t value) { put_le(out, value, 8); }

}  // namespace why401::wire
