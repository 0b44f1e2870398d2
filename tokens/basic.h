#pragma once
// Basic credentials (RFC 7617). Shows what was sent; refuses to decide which character set was meant: bytes
// that are well-formed UTF-8 may still be another's.

#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::basic {

struct Credentials {
    std::string bytes;  ///< user-pass, decoded from base64
    bool has_colon = false;
    bool ascii = false;       ///< no character set makes a difference
    bool utf8 = false;        ///< whether `bytes` are well-formed UTF-8
    std::string user;         ///< up to the first colon; read as UTF-8 where it is, else as Latin-1
    std::string password;     ///< after it
    std::string latin1_user;  ///< the other reading
    std::string latin1_password;
    std::vector<Anomaly> anomalies;

    /// At least one byte that no user name and no password may hold, such as a line break (RFC 7617 2).
    bool has_control_characters() const;
    /// The password ends in a line break, as `echo` without -n adds it.
    bool ends_in_line_break() const;
};

/// Never fails; what is not base64 is reported.
Credentials decode(std::string_view token68);
std::string encode(std::string_view user, std::string_view password);

}  // namespace why401::basic
