#pragma once
// The bytes of the mechanism's own message (NTLM, Kerberos) in a header value, SPNEGO taken off. It refuses
// to read them.

#include <string>
#include <string_view>

namespace why401 {

/// `token68` as it stands after the scheme. Empty when there is no message inside.
std::string mech_bytes(std::string_view token68);

}  // namespace why401
