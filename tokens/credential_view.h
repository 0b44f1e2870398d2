#pragma once
// One line for the analysis: which step of a login an Authorization value is, whose, over which target; and
// what a WWW-Authenticate value offers or answers. It refuses to remember: one value in, one view out.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/token.h"
#include "wire/http_auth.h"

namespace why401 {

/// Which step of a login a message is.
enum class Step { None, Negotiate, Challenge, Authenticate, ApReq, ApRep, Single, Empty, Unknown };
const char* name_of(Step step);

/// One Authorization or Proxy-Authorization value.
struct CredentialView {
    using Step = why401::Step;

    std::string scheme;  ///< as written; empty where a token stands in its place
    Step step = Step::None;
    Token token;
    std::string user;  ///< DOMAIN\user, user@realm, Basic or Digest user name, whom a JWT names; empty when
                       ///< unknown or anonymous
    bool in_spnego = false;        ///< the NTLM or Kerberos message is wrapped in SPNEGO
    bool scheme_mismatch = false;  ///< the token is not what its scheme carries, such as SPNEGO in `NTLM`
    http_auth::Credentials parsed;
    std::vector<Anomaly> anomalies;  ///< of the field value's grammar and base64; the token has its own

    bool is(std::string_view name) const { return parsed.is(name); }
    /// NTLM, Negotiate, Kerberos and everything that starts with "Nego": the login sticks to the connection.
    bool connection_based() const;
    const ntlm::NegotiateMessage* negotiate() const { return find_negotiate(token); }
    const ntlm::AuthenticateMessage* authenticate() const { return find_authenticate(token); }
    const kerberos::ApReq* ap_req() const { return find_ap_req(token); }
    const spnego::NegTokenInit* spnego_init() const { return std::get_if<spnego::NegTokenInit>(&token); }
    const spnego::NegTokenResp* spnego_resp() const { return std::get_if<spnego::NegTokenResp>(&token); }
    const basic::Credentials* basic() const { return std::get_if<basic::Credentials>(&token); }
    const digest::Params* digest() const { return std::get_if<digest::Params>(&token); }
    const bearer::Token* bearer() const { return std::get_if<bearer::Token>(&token); }
};
/// `field_value` empty: a view whose step is None.
CredentialView view_credentials(std::string_view field_value);

/// One WWW-Authenticate, Proxy-Authenticate (or Authentication-Info-like Negotiate) value.
struct ChallengeView {
    std::vector<http_auth::Challenge> challenges;  ///< in the order offered
    std::vector<Token> tokens;                     ///< one for each challenge
    Step step = Step::None;  ///< None: bare challenges only; Challenge, ApRep, Unknown (a token nobody knows)

    std::vector<std::string> schemes() const;  ///< as written, in order
    bool offers(std::string_view scheme) const;
    /// Whether any scheme binds the login to the connection.
    bool connection_based() const;
    /// A bare `NTLM` or `Negotiate`: an offer to start (again), with no token in the value.
    bool bare_connection_offer() const;
    const ntlm::ChallengeMessage* challenge() const;
    const kerberos::ApRep* ap_rep() const;
    const kerberos::KrbError* krb_error() const;
    std::optional<spnego::NegState> neg_state() const;
    const spnego::NegTokenResp* spnego_resp() const;
    /// The challenge of that scheme, or null.
    const http_auth::Challenge* of(std::string_view scheme) const;
};
ChallengeView view_challenge(std::string_view field_value);

/// NTLM, Kerberos, or anything that starts with "Nego" (such as Exchange's "Nego2"), in any case.
bool binds_to_connection(std::string_view scheme);

}  // namespace why401
