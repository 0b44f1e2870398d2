#pragma once
// What a record knows of TLS on a connection as compact JSON text, and back, exactly. What is empty is left
// out. It knows no table.

#include <string>
#include <string_view>

#include "record/tls.h"

namespace why401::tls_text {

/// Appends to `out`.
void write(std::string& out, const TlsFacts& facts);
/// Throws CaptureError when the text is not what write() makes.
TlsFacts read(std::string_view text);

}  // namespace why401::tls_text
