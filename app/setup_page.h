#pragma once
// The page that shows how to point a client at the proxy, and how to make it trust the CA. HTML without a
// script.

#include <string>
#include <string_view>

#include "certs/ca_certificate.h"

namespace why401 {

/// How somebody came to read the page.
enum class Door : unsigned char {
    Proxy,    ///< through the proxy: the client is set up
    Address,  ///< by asking the proxy as if it were a web site
    Ui,
};

/// `proxy` is the address to point clients at: "127.0.0.1:8401". `ca`: null where no TLS is opened.
std::string setup_page(std::string_view proxy, Door door, const certs::CaCertificate* ca);

/// An address has none of the characters that HTML or a PAC's string would need escaped; whatever else came
/// here must not change what it stands in.
std::string harmless_address(std::string_view address);

}  // namespace why401
