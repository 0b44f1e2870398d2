#pragma once
// Whole logins in stories of the relay.

#include <string>

#include "tests/support/login_tokens.h"
#include "tests/support/relay_script.h"

namespace why401::test {

/// A whole NTLM login of a client on the upstream connection that its requests go to.
inline void log_in(Script& s, ConnectionId client, const std::string& user = "alice") {
    const auto leg = [&](const std::string& fields, const std::string& answer) {
        s.from(client, get("/login", fields));
        s.from(s.asked, answer);
    };
    leg("", unauthorized("NTLM"));
    leg(authorization(ntlm_negotiate()), unauthorized(ntlm_challenge()));
    leg(authorization(ntlm_authenticate(user)), ok("welcome"));
}
inline void log_in_with_kerberos(Script& s, ConnectionId client) {
    s.from(client, get("/login", authorization(kerberos_login())));
    s.from(s.asked, ok("welcome"));
}
/// The upstream connection that the next header-less request of this client goes to; it is answered 200.
inline ConnectionId next_goes_to(Script& s, ConnectionId client) {
    s.from(client, get("/next"));
    const ConnectionId id = s.asked;
    s.from(id, ok());
    return id;
}

}  // namespace why401::test
