#pragma once
// What an NTLM login over TLS is bound to (RFC 5929, MS-NLMP 2.2.2.1): the hash of the certificate that its
// client saw, beside those of the certificates that this proxy and the server showed. It refuses to say
// whether the server looks at it.

#include <string>

#include "analysis/facts.h"
#include "analysis/timeline.h"

namespace why401 {

enum class Bound : std::uint8_t {
    NotAsked,    ///< no AUTHENTICATE for the site, or plain http
    CannotTell,  ///< bound, and the certificate that decides is not on record
    Nothing,     ///< no MsvAvChannelBindings, or one of zeros
    ToUs,        ///< the certificate of this proxy, which is not the server's
    ToServer,    ///< the certificate that the server showed here
    ToOther,     ///< neither
};

struct Binding {
    Bound to = Bound::NotAsked;
    std::string sent;                          ///< "absent", "zero" or 32 hex digits
    const CertificateFacts* ours = nullptr;    ///< as the client saw it; in the standing
    const CertificateFacts* server = nullptr;  ///< as this proxy saw it; in the standing
};

/// `standing` outlives what is returned.
Binding binding_of(const ExchangeFacts& facts, const Standing& standing);

/// This proxy opened the TLS of that exchange: client and server saw different certificates.
bool is_intercepted(const Standing& standing);

/// SEC_E_BAD_BINDINGS on the server's page: it checks, and what it got did not fit.
bool says_bad_bindings(const ExchangeFacts& facts);

/// The characters of the request's credentials that hold the AV pair `id`, raw or inside SPNEGO; the whole
/// value when it is not there.
Evidence av_proof(const ExchangeFacts& facts, ntlm::AvId id, std::string says);

}  // namespace why401
