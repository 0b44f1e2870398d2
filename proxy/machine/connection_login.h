#pragma once
// What a head says about logins that live in a connection (NTLM, Negotiate, Kerberos): just enough for the
// relay to keep, pin and break connections knowingly. The meaning of a login is for the analysis to judge.

#include <string_view>

#include "wire/http1_head.h"

namespace why401 {

enum class LoginStep : std::uint8_t {
    None,          ///< no credentials of a connection-based scheme
    Negotiate,     ///< an NTLM NEGOTIATE, raw or inside SPNEGO
    Authenticate,  ///< an NTLM AUTHENTICATE
    ApReq,         ///< Kerberos, which needs one message
    Other,         ///< such a scheme with a token of another kind, or an empty one
};

/// Of Authorization and Proxy-Authorization.
LoginStep login_step(const http1::Head& head, std::string_view bytes);

struct ChallengeOffer {
    bool connection_based = false;  ///< NTLM, Nego* or Kerberos, in either header family
    bool www = false;               ///< of these, in WWW-Authenticate
    bool challenge_token = false;   ///< holds an NTLM CHALLENGE: the login has reached its middle
};
/// Of WWW-Authenticate and Proxy-Authenticate.
ChallengeOffer challenge_offer(const http1::Head& head, std::string_view bytes);

/// What HAProxy looks for: in a 401 WWW-Authenticate, in a 407 Proxy-Authenticate, a value that begins with
/// "NTLM" or "Nego", in any case; "Kerberos" is not among them.
bool haproxy_sees_login(const http1::Head& head, std::string_view bytes);
/// What Traefik looks for: a WWW-Authenticate line that begins with "NTLM" or "Negotiate", spelt exactly so.
bool traefik_sees_login(const http1::Head& head, std::string_view bytes);

/// "NTLM", "Negotiate", "Nego2", "Kerberos" ..., in any case (haproxy#581: variants count).
bool is_connection_based(std::string_view scheme);

}  // namespace why401
