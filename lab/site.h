#pragma once
// What the lab's web site answers: the state of a login and a request in, a response and the next state out.
// It refuses sockets, clocks and randomness. Which address teaches what stands in scenes.h.
//
// /anonymous/ serves everybody; /basic/ wants Basic; everything else wants Windows authentication. /acl/,
// /filter/ and /app/ say no only to users who are logged in (401.3, 401.4, 401.5): here filter and
// application run behind the login.

#include <string>

#include "lab/machine.h"
#include "lab/message.h"
#include "lab/ntlm_login.h"

namespace why401::lab {

/// The codes IIS logs beside a 401.
inline constexpr std::uint32_t kAccessDenied = 5;             // ERROR_ACCESS_DENIED
inline constexpr std::uint32_t kLogonFailure = 1326;          // ERROR_LOGON_FAILURE
inline constexpr std::uint32_t kNoCredentials = 2148074254;   // 0x8009030E, the CHALLENGE leg
inline constexpr std::uint32_t kLogonDenied = 2148074252;     // 0x8009030C
inline constexpr std::uint32_t kInvalidToken = 2148074248;    // 0x80090308
inline constexpr std::uint32_t kBadBindings = 2148074310;     // 0x80090346
inline constexpr std::uint32_t kMessageAltered = 2148074255;  // 0x8009030F

struct SiteOptions {
    /// Whether 401s that offer Windows authentication carry `Proxy-Support: Session-Based-Authentication`
    /// (RFC 4559 6).
    bool proxy_support = false;
};

struct Answer {
    Response response;
    Login next;
    std::string step;  ///< what the request's credentials were: "none", "negotiate", "authenticate",
                       ///< "spnego", "basic", "other"
};

Answer answer(const Login& login, const Request& request, const Machine& machine, const Chance& chance,
              const SiteOptions& options);

}  // namespace why401::lab
