#pragma once
// What the proxy says of itself, to whoever asks: the page that shows how to point a client at it, its style,
// and the PAC file. Reached through the proxy as http://why401.test/, at the proxy's own address, and at the
// UI. Holds no secret, needs no token, runs no script and names no other host.

#include <string>
#include <string_view>

#include "proxy/machine/own_page.h"

namespace why401 {

/// How somebody came to read the page.
enum class Door : unsigned char {
    Proxy,    ///< through the proxy: the client is set up
    Address,  ///< by asking the proxy as if it were a web site
    Ui,
};

/// HTML. `proxy` is the address to point clients at: "127.0.0.1:8401".
std::string setup_page(std::string_view proxy, Door door);

/// Sends everything to `proxy`; whatever silently went round it would be missing from the evidence.
std::string pac_file(std::string_view proxy);

/// Under /setup.css and /proxy.pac what the names say, under every other path the page: who takes the proxy
/// for a web site may ask for anything.
OwnAnswer own_site(const OwnQuestion& asked);

}  // namespace why401
