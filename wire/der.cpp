#include "wire/der.h"

#include "wire/reader.h"

namespace why401::der {

std::optional<Element> Elements::stop(Fault fault) {
    fault_ = fault;
    fault_offset_ = base_ + position_;
    return std::nullopt;
}

/// X.690 8.1.3: short form, or a count of length bytes. A count of zero is the indefinite form, which DER
/// forbids.
bool Elements::read_length(std::uint64_t& length) {
    wire::Reader reader(bytes_.substr(position_ + 1));
    length = reader.u8();
    if (length >= 0x80) {
        const std::size_t count = length & 0x7F;
        if (count == 0) {
            stop(Fault::IndefiniteLength);
            return false;
        }
        length = 0;
        for (std::size_t i = 0; i < count && reader.ok(); ++i) {
            length = length << 8 | reader.u8();
            if (length > 0xFFFFFFFFULL) {
                stop(Fault::LengthTooLarge);
                return false;
            }
        }
    }
    if (!reader.ok()) {
        stop(Fault::Truncated);
        return false;
    }
    position_ += 1 + reader.position();
    return true;
}

std::optional<Element> Elements::next() {
    if (fault_ != Fault::None || position_ >= bytes_.size()) return std::nullopt;
    if (depth_ >= kMaxDepth) return stop(Fault::TooDeep);
    Element element;
    element.tag = static_cast<std::uint8_t>(bytes_[position_]);
    element.offset = base_ + position_;
    element.depth = depth_;
    if ((element.tag & 0x1F) == 0x1F) return stop(Fault::HighTagNumber);
    std::uint64_t length = 0;
    if (!read_length(length)) return std::nullopt;
    element.declared = length;
    element.content_offset = base_ + position_;
    element.content = bytes_.substr(position_, static_cast<std::size_t>(length));
    if (element.clipped()) {
        fault_ = Fault::Truncated;
        fault_offset_ = base_ + bytes_.size();
    }
    position_ += element.content.size();
    return element;
}

std::optional<Element> only_child(const Element& parent, std::uint8_t tag) {
    std::optional<Element> child = Elements(parent).next();
    if (child && child->tag != tag) child.reset();
    return child;
}

const char* sentence(Fault fault) {
    switch (fault) {
        case Fault::None: return "no fault";
        case Fault::Truncated: return "an element claims more bytes than there are";
        case Fault::IndefiniteLength: return "an indefinite length, which DER forbids";
        case Fault::LengthTooLarge: return "a length beyond 32 bits";
        case Fault::HighTagNumber: return "a tag number above 30";
        case Fault::TooDeep: return "more than 16 levels of nesting";
    }
    return "";
}

std::string oid_text(std::string_view content) {
    std::string text;
    std::uint64_t arc = 0;
    int arcs = 0;
    bool inside = false;
    for (char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        if (!inside && byte == 0x80) return {};  // X.690 8.19.2: no leading zero septets
        if (arc > 0xFFFFFFFFFFULL) return {};
        arc = arc << 7 | (byte & 0x7F);
        inside = (byte & 0x80) != 0;
        if (inside) continue;
        if (arcs == 0) {
            const std::uint64_t first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
            text = std::to_string(first) + '.' + std::to_string(arc - 40 * first);
            arcs = 2;
        } else {
            text += '.' + std::to_string(arc);
            ++arcs;
        }
        if (arcs > kMaxArcs) return {};
        arc = 0;
    }
    return inside ? std::string{} : text;
}

std::optional<std::int64_t> integer(std::string_view content) {
    if (content.empty() || content.size() > 8) return std::nullopt;
    std::uint64_t value = (static_cast<unsigned char>(content.front()) & 0x80) != 0 ? ~0ULL : 0ULL;
    for (char c : content) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
}

std::optional<std::uint32_t> bits(std::string_view content) {
    if (content.size() < 2 || content.size() > 5 || static_cast<unsigned char>(content.front()) > 7)
        return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 1; i < 5; ++i)
        value = value << 8 | (i < content.size() ? static_cast<unsigned char>(content[i]) : 0U);
    return value;
}

std::string encode(std::uint8_t tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    if (content.size() < 0x80) {
        out.push_back(static_cast<char>(content.size()));
    } else {
        std::string length;
        for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
            length.insert(length.begin(), static_cast<char>(rest & 0xFF));
        out.push_back(static_cast<char>(0x80 | length.size()));
        out += length;
    }
    return out.append(content);
}

std::string encode_oid(std::string_view dotted) {
    std::string content;
    std::uint64_t first = 0;
    int index = 0;
    while (!dotted.empty()) {
        const std::size_t dot = dotted.find('.');
        std::uint64_t arc = 0;
        for (char c : dotted.substr(0, dot)) arc = arc * 10 + static_cast<std::uint64_t>(c - '0');
        dotted = dot == std::string_view::npos ? std::string_view{} : dotted.substr(dot + 1);
        if (index++ == 0) {
            first = arc;
            continue;
        }
        if (index == 2) arc += 40 * first;
        std::string septets(1, static_cast<char>(arc & 0x7F));
        for (arc >>= 7; arc != 0; arc >>= 7)
            septets.insert(septets.begin(), static_cast<char>(0x80 | (arc & 0x7F)));
        content += septets;
    }
    return encode(kOid, content);
}

std::string encode_integer(std::int64_t value, std::uint8_t tag) {
    std::string content;
    for (int shift = 56; shift >= 0; shift -= 8)
        content.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFF));
    const auto redundant = [&content] {  // X.690 8.3.2: the first nine bits are not all alike
        const auto first = static_cast<unsigned char>(content[0]);
        const bool second_negative = (static_cast<unsigned char>(content[1]) & 0x80) != 0;
        return (first == 0x00 && !second_negative) || (first == 0xFF && second_negative);
    };
    while (content.size() > 1 && redundant()) content.erase(content.begin());
    return encode(tag, content);
}

}  // namespace why401::der
