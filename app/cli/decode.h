#pragma once
// `why401 decode`: an authentication header, its value or bare base64, field by field. It shows what it was
// given, secrets included, and refuses to verify.

#include <ostream>
#include <string_view>

namespace why401::cli {

/// Writes the decoding to `out`, as text for a person or as JSON. Returns the exit code: 0; 2 for an empty
/// value; 3 when nothing in it could be read (a sentence goes to `err`).
int decode_command(std::string_view value, bool json, std::ostream& out, std::ostream& err);

}  // namespace why401::cli
