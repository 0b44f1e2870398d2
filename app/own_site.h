#pragma once
// What the proxy says of itself, to whoever asks: the page that shows how to point a client at it, its style,
// the PAC file, the CA's certificate (never its key), and whether this client trusts it. Reached through the
// proxy as http://why401.test/ and at the proxy's own address. Holds no secret, needs no token, runs no
// script and names no other host.

#include <optional>
#include <string>
#include <string_view>

#include "app/trust_check.h"
#include "certs/ca_certificate.h"
#include "proxy/machine/own_page.h"

namespace why401 {

/// Sends everything to `proxy`; whatever silently went round it would be missing from the evidence.
std::string pac_file(std::string_view proxy);

class OwnSite {
public:
    /// `ca`: empty where no TLS is opened.
    explicit OwnSite(std::optional<certs::CaCertificate> ca);

    /// Under /setup.css, /proxy.pac, /ca.pem, /ca.der, /trust and /trusted.svg what the names say, under
    /// every other path the page: who takes the proxy for a web site may ask for anything. Loop's thread.
    OwnAnswer answer(const OwnQuestion& asked);

private:
    std::optional<certs::CaCertificate> ca_;
    TrustCheck trust_;
};

}  // namespace why401
