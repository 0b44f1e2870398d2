#pragma once
// The server's side of NTLM for one TCP connection (MS-NLMP 3.2, MS-NTHT, MS-N2HT): one state, one token in,
// one verdict out. It refuses clocks and randomness: both come with the call. It knows nothing of HTTP but
// the two schemes.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "lab/extended_protection.h"
#include "lab/machine.h"

namespace why401::lab {

inline constexpr std::string_view kNtlm = "NTLM";
inline constexpr std::string_view kNegotiate = "Negotiate";

struct Fresh {};  ///< nothing has happened, or what was pending is gone

struct ExpectAuthenticate {
    std::string negotiate;  ///< as received; the MIC covers it
    std::string challenge;  ///< as sent
};

struct Authenticated {
    std::string user;    ///< "CONTOSO\alice"
    std::string scheme;  ///< "NTLM" or "Negotiate", by which it came
};

/// What one machine knows about one connection. It starts Fresh.
using Login = std::variant<Fresh, ExpectAuthenticate, Authenticated>;

/// What a CHALLENGE needs from outside.
struct Chance {
    std::string server_challenge;  ///< 8 bytes
    std::uint64_t filetime = 0;    ///< of now
};

struct LoginStep {
    enum class Verdict {
        Challenge,  ///< answer with `token`; an AUTHENTICATE is awaited
        Accepted,   ///< `user` is logged in; `token` may hold a last word
        Refused,    ///< a whole login, but a wrong password or nobody we know
        Unbound,    ///< a whole login, but not bound to this connection as the site wants it
        Altered,    ///< the right password, but the MIC says that someone changed a message
        OutOfTurn,  ///< an AUTHENTICATE whose CHALLENGE was not sent on this connection
        Malformed,  ///< not a token that this scheme carries
        Mechanism,  ///< SPNEGO with something else than NTLM in front: `token` asks for NTLM
    };
    Verdict verdict = Verdict::Malformed;
    Login next;
    std::string token;  ///< bytes for WWW-Authenticate; empty: none
    std::string user;   ///< "CONTOSO\alice" when accepted; else as claimed, possibly empty
};

/// Takes the token of an `NTLM` or `Negotiate` credential; `scheme` is the one of these two. A NEGOTIATE
/// starts over whatever the state was, as on IIS. Raw NTLM under Negotiate is answered raw, SPNEGO in
/// NegTokenResp; SPNEGO under NTLM is malformed.
LoginStep step(const Login& login, std::string_view scheme, std::string_view token, const Machine& machine,
               const Chance& chance, const Protection& protection = {});

}  // namespace why401::lab
