#pragma once
// A Kerberos ticket opened with the service's key: whose it is, for how long, what the client said besides.
// It refuses clocks: an expired ticket opens like any other.

#include <string>
#include <string_view>

#include "tokens/kerberos_inside.h"
#include "tokens/proof/keytab.h"

namespace why401::proof {

enum class KeyFit { Fits, NoSuchName, OtherVersion, OtherType, DoesNotFit, Unreadable };

struct Ticket {
    KeyFit key = KeyFit::Unreadable;
    std::string service;  ///< as the ticket names it: "HTTP/web01@CONTOSO.TEST"
    std::optional<std::int64_t> etype, version;
    std::optional<std::size_t> opened_by;  ///< index of the keytab's entry
    kerberos::TicketInside inside;         ///< of an opened one; without its session key
    std::optional<kerberos::AuthenticatorInside> authenticator;
};

/// `token` is an AP-REQ, in its GSS frame or bare.
Ticket open_ticket(const Keytab& keytab, std::string_view token);

}  // namespace why401::proof
