#include "wire/http1_field_line.h"

namespace why401::http1 {
namespace {

// A loop without an exit or a branch, so that compilers turn it into vector code: nearly every text is clean.
bool has_control(std::string_view text) {
    unsigned found = 0;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const unsigned low = byte < 0x20, tab = byte == '\t', del = byte == 0x7f;
        found |= (low ^ tab) | del;
    }
    return found != 0;
}

Defect bad_name(std::string_view bytes, std::size_t begin, std::size_t at, std::size_t end) {
    if (at == end) return defect_at(bytes, at, "a field line has no colon", "RFC 9112 5");
    if (bytes[at] == ':') return {"a field has no name", begin, "RFC 9110 5.1"};
    if (!blank(bytes[at]))
        return defect_at(bytes, at, "a field name holds a byte that no token may hold", "RFC 9110 5.1");
    std::size_t next = at;
    while (next < end && blank(bytes[next])) ++next;
    if (next < end && bytes[next] == ':')
        return {"white space stands between a field name and its colon", at, "RFC 9112 5.1"};
    return {"a field name holds white space", at, "RFC 9110 5.1"};
}

}  // namespace

Defect defect_at(std::string_view bytes, std::size_t offset, std::string_view what, std::string_view clause) {
    const char c = bytes[offset];
    if (c == '\n') return {"a line ends in LF without CR", offset, "RFC 9112 2.2"};
    if (c == '\r' && !(offset + 1 < bytes.size() && bytes[offset + 1] == '\n'))
        return {"a CR stands without its LF", offset, "RFC 9112 2.2"};
    if (c == '\0') return {"a NUL byte stands in the head", offset, "RFC 9110 5.5"};
    if (c != '\r' && control_byte(c)) return {"a control byte stands in the head", offset, "RFC 9110 5.5"};
    return {what, offset, clause};
}

std::optional<Defect> check_text(std::string_view bytes, std::size_t begin, std::size_t end, std::size_t lf) {
    if (has_control(bytes.substr(begin, end - begin)))
        for (std::size_t i = begin; i < end; ++i)
            if (control_byte(bytes[i])) return defect_at(bytes, i, {}, {});
    if (end == lf) return defect_at(bytes, lf, {}, {});
    return std::nullopt;
}

std::optional<Defect> read_field_line(std::string_view bytes, std::size_t begin, std::size_t lf,
                                      FieldLine& line) {
    const std::size_t end = content_end(bytes, begin, lf);
    std::size_t colon = begin;
    while (colon < end && token_byte(bytes[colon])) ++colon;
    if (colon == begin || colon == end || bytes[colon] != ':') return bad_name(bytes, begin, colon, end);
    if (auto defect = check_text(bytes, colon + 1, end, lf)) return defect;

    std::size_t value_begin = colon + 1, value_end = end;
    while (value_begin < value_end && blank(bytes[value_begin])) ++value_begin;
    while (value_end > value_begin && blank(bytes[value_end - 1])) --value_end;
    line.begin = static_cast<std::uint32_t>(begin);
    line.name_length = static_cast<std::uint32_t>(colon - begin);
    line.value_begin = static_cast<std::uint32_t>(value_begin);
    line.value_length = static_cast<std::uint32_t>(value_end - value_begin);
    line.end = static_cast<std::uint32_t>(lf + 1);
    return std::nullopt;
}

}  // namespace why401::http1
