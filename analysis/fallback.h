#pragma once
// Whether a login that could have been Kerberos is NTLM. It refuses to say why: that is between the client
// and the domain controller.

#include "analysis/ticket.h"

namespace why401 {

/// An NTLM AUTHENTICATE under Negotiate, raw or inside SPNEGO.
inline bool is_ntlm_in_negotiate(const ExchangeFacts& facts) {
    const CredentialFacts* own = facts.own_credentials();
    return own != nullptr && own->view.step == Step::Authenticate && own->view.connection_based() &&
           !own->view.is("NTLM") && !own->view.is("Kerberos");
}

/// The answer to a Kerberos token asks to go on with NTLM (RFC 4178 4.2.2, request-mic).
inline bool server_picks_ntlm(const ExchangeFacts& facts) {
    const auto& reply = facts.challenges().reply;
    const auto* resp = reply ? std::get_if<spnego::NegTokenResp>(reply.get()) : nullptr;
    return resp != nullptr && facts.step() == Step::ApReq && resp->supported_mech == spnego::kNtlmMech &&
           resp->neg_state != spnego::NegState::Reject;
}

}  // namespace why401
