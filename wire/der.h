#pragma once
// DER (X.690), as much as SPNEGO and Kerberos need. It refuses indefinite lengths, tag numbers above 30, more
// than 16 levels and lengths above 2^32; an element that claims more bytes than there are is given clipped,
// and says so.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::der {

constexpr int kMaxDepth = 16;
constexpr int kMaxArcs = 32;

enum Tag : std::uint8_t {
    kInteger = 0x02,
    kBitString = 0x03,
    kOctetString = 0x04,
    kOid = 0x06,
    kEnumerated = 0x0A,
    kGeneralizedTime = 0x18,
    kGeneralString = 0x1B,
    kSequence = 0x30,
};
constexpr std::uint8_t context(int number) { return static_cast<std::uint8_t>(0xA0 + number); }
constexpr std::uint8_t application(int number) { return static_cast<std::uint8_t>(0x60 + number); }

struct Element {
    std::uint8_t tag = 0;
    std::size_t offset = 0;          ///< of the tag, in the outermost bytes
    std::size_t content_offset = 0;  ///< of the content, in the outermost bytes
    std::string_view content;
    std::uint64_t declared = 0;  ///< the length it claims; more than content.size() when clipped
    int depth = 0;

    bool clipped() const { return declared > content.size(); }
    bool constructed() const { return (tag & 0x20) != 0; }
};

enum class Fault { None, Truncated, IndefiniteLength, LengthTooLarge, HighTagNumber, TooDeep };

/// Walks the elements of one level, one after the other.
class Elements {
public:
    /// `offset` is where `bytes` begin in the outermost bytes.
    explicit Elements(std::string_view bytes, std::size_t offset = 0, int depth = 0)
        : bytes_(bytes), base_(offset), depth_(depth) {}
    /// The elements inside `parent`.
    explicit Elements(const Element& parent)
        : Elements(parent.content, parent.content_offset, parent.depth + 1) {}

    /// The next element; nothing at the end or after a fault. A clipped element is the last one.
    std::optional<Element> next();
    Fault fault() const { return fault_; }
    std::size_t fault_offset() const { return fault_offset_; }

private:
    std::optional<Element> stop(Fault fault);
    bool read_length(std::uint64_t& length);

    std::string_view bytes_;
    std::size_t position_ = 0;
    std::size_t base_ = 0;
    int depth_ = 0;
    Fault fault_ = Fault::None;
    std::size_t fault_offset_ = 0;
};

/// The first element inside `parent`, if it has that tag.
std::optional<Element> only_child(const Element& parent, std::uint8_t tag);

const char* sentence(Fault fault);

/// "1.3.6.1.5.5.2"; empty when malformed or longer than 32 arcs.
std::string oid_text(std::string_view content);
/// A signed number of at most 8 bytes.
std::optional<std::int64_t> integer(std::string_view content);
/// The bits of a BIT STRING of up to 32 bits, first bit highest (so that Kerberos' bit 2 is 0x20000000).
std::optional<std::uint32_t> bits(std::string_view content);

// Writers.
std::string encode(std::uint8_t tag, std::string_view content);
/// `dotted` must be well formed, at least two arcs.
std::string encode_oid(std::string_view dotted);
std::string encode_integer(std::int64_t value, std::uint8_t tag = kInteger);

}  // namespace why401::der
