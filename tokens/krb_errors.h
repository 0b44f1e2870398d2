#pragma once
// Kerberos error codes by name and text (RFC 4120 7.5.9). Refuses to say what an administrator should do
// about them.

#include <cstdint>

namespace why401::kerberos {

struct ErrorName {
    std::int32_t code;
    const char* name;  ///< "KRB_AP_ERR_MODIFIED"
    const char* text;
};
/// Null for a code that is not in the table.
const ErrorName* find_error(std::int64_t code);

}  // namespace why401::kerberos
