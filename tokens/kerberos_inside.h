#pragma once
// What an AP-REQ says where it is encrypted: where those parts stand, and what they hold once somebody with
// the key has opened them (RFC 4120 5.3, 5.5.1). It refuses to decrypt; tokens/proof does.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace why401::kerberos {

struct SealedParts {
    std::string_view ticket, authenticator;  ///< ciphertexts, inside the token
};
/// `token` with its GSS frame or bare. Nothing when it is no AP-REQ or a part is missing or cut off.
std::optional<SealedParts> sealed_parts(std::string_view token);

/// Times are seconds since 1970, 0 where absent; what cannot be read stays empty.
struct TicketInside {
    std::string client;  ///< "alice@CONTOSO.TEST"
    std::int64_t authenticated = 0, starts = 0, ends = 0, renewable_until = 0;
    std::uint32_t flags = 0;  ///< RFC 4120 5.3, bit 0 highest
    std::optional<std::int64_t> session_etype;
    std::string session_key;  ///< a secret: the caller wipes it
    bool has_pac = false;
    std::string pac_name;  ///< the account in PAC_CLIENT_INFO (MS-PAC 2.7)

    bool forwardable() const { return (flags & 0x40000000U) != 0; }
    bool forwarded() const { return (flags & 0x20000000U) != 0; }
    bool ok_as_delegate() const { return (flags & 0x00040000U) != 0; }
};
/// Of the bytes of an EncTicketPart.
TicketInside read_ticket_inside(std::string_view plain);

struct AuthenticatorInside {
    std::int64_t client_time_us = 0;          ///< the client's clock, microseconds since 1970
    std::string channel_bindings = "absent";  ///< "absent", "zero" or 32 hex digits (RFC 4121 4.1.1)
    bool delegates = false;                   ///< a ticket of the client's own comes along
};
AuthenticatorInside read_authenticator_inside(std::string_view plain);

}  // namespace why401::kerberos
