#pragma once
// Base64 as token68 carries it (RFC 4648 section 4). It refuses to hide anything: what is not strict base64
// is decoded as far as it makes sense and every deviation is reported with its place.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::base64 {

std::string encode(std::string_view bytes);

struct Decoded {
    std::string bytes;
    std::vector<Anomaly> anomalies;  ///< offsets into the text; empty: strict base64. One per kind of fault
    bool complete = true;            ///< false: decoding stopped at a byte that no variant of base64 allows
};

/// Decodes; the URL-safe alphabet, white space, missing padding and stray bits are tolerated and reported.
Decoded decode(std::string_view text);

/// The bytes, or nothing when `text` is not strict base64.
std::optional<std::string> decode_strict(std::string_view text);

/// The URL-safe alphabet without padding, as JWT uses it (RFC 7515 section 2); nothing when it is anything
/// else.
std::optional<std::string> decode_url(std::string_view text);

struct Span {
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// Which characters of strict base64 hold `length` decoded bytes at `offset`: for highlighting a field.
Span characters_of(std::size_t offset, std::size_t length);

}  // namespace why401::base64
