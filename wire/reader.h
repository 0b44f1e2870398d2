#pragma once
// Reads numbers and runs of bytes from untrusted input. It refuses to step past the end: from the first read
// that does not fit on, every read gives zero or nothing, and failed_at() says where the input ran out.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::wire {

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint8_t u8();
    std::uint16_t u16_le();
    std::uint32_t u32_le();
    std::uint64_t u64_le();
    std::uint16_t u16_be();
    std::uint32_t u32_be();
    std::uint64_t u64_be();
    /// The next `count` bytes, or nothing at all when fewer are left.
    std::string_view take(std::size_t count);
    void skip(std::size_t count) { take(count); }
    /// Continues at `position`, counted from the start of the input.
    void seek(std::size_t position);

    bool ok() const { return !failed_at_; }
    std::size_t position() const { return position_; }
    std::size_t remaining() const { return bytes_.size() - position_; }
    /// Where the first read that did not fit began.
    std::optional<std::size_t> failed_at() const { return failed_at_; }

private:
    std::uint64_t number_le(std::size_t count);
    std::uint64_t number_be(std::size_t count);

    std::string_view bytes_;
    std::size_t position_ = 0;
    std::optional<std::size_t> failed_at_;
};

/// `length` bytes at `offset`, or nothing when they do not lie inside `bytes`; safe for any 64-bit numbers.
std::optional<std::string_view> slice(std::string_view bytes, std::uint64_t offset, std::uint64_t length);

/// Little-endian numbers for the encoders.
void put_u16_le(std::string& out, std::uint16_t value);
void put_u32_le(std::string& out, std::uint32_t value);
void put_u64_le(std::string& out, std::uint64_t value);

}  // namespace why401::wire
