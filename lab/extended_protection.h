#pragma once
// Extended Protection for Authentication as IIS has it (extendedProtection tokenChecking): whether an NTLM
// login is bound to the connection that it came on. It refuses to look at passwords: the binding is judged
// first, as Windows does.

#include <string>
#include <string_view>

#include "tokens/ntlm.h"

namespace why401::lab {

enum class TokenChecking {
    None,     ///< nobody looks
    Allow,    ///< what is sent must fit; who sends nothing is let through
    Require,  ///< what fits must be sent
};

inline constexpr std::string_view kEpaNone = "epa-none.lab.why401.test";
inline constexpr std::string_view kEpaAllow = "epa-allow.lab.why401.test";
inline constexpr std::string_view kEpaRequire = "epa-require.lab.why401.test";

/// One site has one policy: by the name in Host, its first label will do. None for all others.
TokenChecking token_checking_of(std::string_view host);

/// What a login can be bound to.
struct Protection {
    TokenChecking checking = TokenChecking::None;
    bool over_tls = false;
    std::string binding;  ///< over TLS: 32 hex digits, of the certificate that the server itself showed
    std::string host;     ///< of the request: over plain http its service name is compared, HTTP/host
};

/// False: SEC_E_BAD_BINDINGS. Sixteen zeros are sent by a client that knows of bindings and had none, so they
/// do not fit.
bool admits(const Protection& protection, const ntlm::AuthenticateMessage& login);

}  // namespace why401::lab
