#pragma once
// Everything a credential or a challenge can turn out to be, as one value. Decoding never fails: what is not
// recognised is an UnknownToken that says why. It refuses to judge; scheme and token may disagree and both
// are kept.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokens/basic.h"
#include "tokens/bearer.h"
#include "tokens/digest.h"
#include "tokens/kerberos.h"
#include "tokens/ntlm.h"
#include "tokens/spnego.h"
#include "wire/anomaly.h"

namespace why401 {

/// A scheme without anything after it: `WWW-Authenticate: NTLM`, or `Authorization: Bearer` by mistake.
struct EmptyToken {};

using Token = std::variant<EmptyToken, UnknownToken, ntlm::NegotiateMessage, ntlm::ChallengeMessage,
                           ntlm::AuthenticateMessage, spnego::NegTokenInit, spnego::NegTokenResp,
                           kerberos::ApReq, kerberos::ApRep, kerberos::KrbError, kerberos::SideMessage,
                           negoex::Messages, basic::Credentials, digest::Params, bearer::Token>;

/// Decodes what follows a scheme name: the token68, or the parameters for Digest and whatever else has them.
/// A scheme nobody knows, with a token68 that is an NTLM or Kerberos token, gives that token. Faults of the
/// base64 stand among the token's anomalies, begin with "base64: " and count from the start of the text.
Token decode_token(std::string_view scheme, std::string_view token68_or_rest);
/// Recognises NTLM, SPNEGO, GSS Kerberos and bare Kerberos by their first bytes.
Token decode_bytes(std::string_view bytes);

/// What was wrong with the bytes of the outer token; nothing for an EmptyToken.
const std::vector<Anomaly>& anomalies(const Token& token);
/// "NEGOTIATE", "CHALLENGE", "AUTHENTICATE", "NegTokenInit", "NegTokenResp", "AP-REQ", "AP-REP", "KRB-ERROR",
/// "TGT-REQ" and the like (kerberos_side.h), "NEGOEX",
/// "credentials", "challenge" (parameters of a challenge), "Authentication-Info" or "unknown".
std::string message_name(const Token& token);
/// The token inside SPNEGO as a Token of its own; EmptyToken when there is none.
Token inner_token(const Token& token);

// The message itself, bare or inside SPNEGO; null when the token is another one. Valid as long as `token`
// lives.
const ntlm::NegotiateMessage* find_negotiate(const Token& token);
const ntlm::ChallengeMessage* find_challenge(const Token& token);
const ntlm::AuthenticateMessage* find_authenticate(const Token& token);
const kerberos::ApReq* find_ap_req(const Token& token);
const kerberos::ApRep* find_ap_rep(const Token& token);
const kerberos::KrbError* find_krb_error(const Token& token);

}  // namespace why401
