#pragma once
// What a mechanism token inside SPNEGO can be. It refuses SPNEGO inside SPNEGO: that is an UnknownToken.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokens/kerberos.h"
#include "tokens/kerberos_side.h"
#include "tokens/negoex.h"
#include "tokens/ntlm.h"
#include "wire/anomaly.h"

namespace why401 {

/// Bytes that are nothing we know.
struct UnknownToken {
    std::string bytes;  ///< decoded, or the text itself where it was not base64
    std::vector<Anomaly> anomalies;
};

using MechToken = std::variant<std::monostate, UnknownToken, ntlm::NegotiateMessage, ntlm::ChallengeMessage,
                               ntlm::AuthenticateMessage, kerberos::ApReq, kerberos::ApRep,
                               kerberos::KrbError, kerberos::SideMessage, negoex::Messages>;

/// monostate for no bytes at all. Offsets inside count from the start of `bytes`.
MechToken decode_mech_token(std::string_view bytes);

}  // namespace why401
