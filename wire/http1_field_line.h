#pragma once
// One field line of a head (RFC 9112 5), read strictly, and the classes of bytes that heads and trailers
// are made of. Says what is wrong and where; decides nothing about what a field means.

#include <array>
#include <optional>
#include <string_view>

#include "wire/ascii.h"
#include "wire/http1_head.h"

namespace why401::http1 {

inline constexpr std::array<bool, 256> kTokenBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_token_char(static_cast<char>(i));
    return table;
}();

/// is_token_char as one table look-up, for the loops that see every byte of a head.
constexpr bool token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }

/// A byte that may stand nowhere in a head: NUL, the controls but HTAB, DEL (RFC 9110 5.5).
constexpr bool control_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

constexpr bool blank(char c) { return c == ' ' || c == '\t'; }

/// Where the content of the line that ends with the LF at `lf` ends: at its CR, or at the LF when there is
/// none.
constexpr std::size_t content_end(std::string_view bytes, std::size_t begin, std::size_t lf) {
    return lf > begin && bytes[lf - 1] == '\r' ? lf - 1 : lf;
}

/// Names the byte at `offset`: a bare CR or LF, a NUL or another control byte says so itself; anything else
/// is `what`. The line that holds `offset` must be whole.
Defect defect_at(std::string_view bytes, std::size_t offset, std::string_view what, std::string_view clause);

/// Looks for a control byte in [begin, end) and for the CR before the LF at `lf`.
std::optional<Defect> check_text(std::string_view bytes, std::size_t begin, std::size_t end, std::size_t lf);

/// Reads the line that begins at `begin` and whose LF stands at `lf` into `line`. Defects are found in order
/// of offset: the first offending byte is the one reported.
std::optional<Defect> read_field_line(std::string_view bytes, std::size_t begin, std::size_t lf,
                                      FieldLine& line);

}  // namespace why401::http1
