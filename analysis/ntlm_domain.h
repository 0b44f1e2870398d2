#pragma once
// Whether the domain that a client logs in with is one that the server names as its own. It refuses to know
// which domains trust each other.

#include "analysis/case.h"

namespace why401 {

enum class Domain : std::uint8_t {
    CannotTell,  ///< the client or the server names none, or the CHALLENGE is not on record
    Servers,     ///< the server's domain, its forest, or the server itself
    Clients,     ///< the client's own machine
    Foreign,     ///< neither
};

/// Of an AUTHENTICATE with NTLM. A user principal name (user@domain) comes without a domain: CannotTell.
Domain domain_of(const Case& c);

}  // namespace why401
