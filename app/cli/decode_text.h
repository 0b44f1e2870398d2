#pragma once
// A decoded token as text for a person.

#include <ostream>

#include "app/decoded_item.h"

namespace why401::cli {

/// Aligned lines: bytes, field, value, meaning, clause. No control character of the token reaches the
/// terminal.
void write_item(const DecodedItem& item, std::ostream& out);

}  // namespace why401::cli
