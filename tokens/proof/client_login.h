#pragma once
// The client's side of a login: what to send for a user and a password, as field values. Time and randomness
// are arguments. It refuses to choose a scheme, and to remember anything.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tokens/digest.h"

namespace why401::proof {

struct OwnAccount {
    std::string domain;  ///< NetBIOS or DNS name; empty: the server's own, or inside `user` after an @
    std::string user;
    std::string password;

    std::string name() const;  ///< "CONTOSO\alice", "alice@contoso.com"
};
/// "DOMAIN\user", "user@domain" or "user". Empty for a name without a user or with control characters.
std::optional<OwnAccount> parse_account(std::string_view text);

/// What a login takes from the world.
struct Chance {
    std::string random;          ///< 8 bytes of the client's challenge, or more for a cnonce
    std::uint64_t filetime = 0;  ///< now
};

/// An NTLM NEGOTIATE that asks for what every browser asks for.
std::string ntlm_negotiate();
/// The AUTHENTICATE that answers `challenge`. `binding`: the 16 bytes of MsvAvChannelBindings; empty: zeros,
/// which say that there is no TLS; nothing: the pair is left out. `spn`: "HTTP/web01"; empty: none.
std::string ntlm_authenticate(std::string_view negotiate, std::string_view challenge,
                              const OwnAccount& account, const Chance& chance,
                              const std::optional<std::string>& binding, const std::string& spn);

/// The Authorization value for a Digest challenge. Empty for an algorithm or a qop that cannot be computed.
std::optional<std::string> digest_authorization(const digest::Params& challenge, const OwnAccount& account,
                                                std::string_view method, std::string_view target,
                                                const Chance& chance);
std::string basic_authorization(const OwnAccount& account);

}  // namespace why401::proof
