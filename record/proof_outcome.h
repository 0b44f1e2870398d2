#pragma once
// What a check with a secret showed of one exchange's credentials: with a password, or with the key of the
// service that a ticket is for. The secret itself never gets here, and no capture keeps the outcome: whoever
// holds the secret makes it for one explanation.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/ids.h"

namespace why401 {

struct PasswordOutcome {
    enum class Verdict : std::uint8_t { Right, Wrong, CannotTell };
    enum class Mic : std::uint8_t { Absent, Good, Altered, CannotTell };

    Verdict verdict = Verdict::CannotTell;
    std::string method;                   ///< what was recomputed: "NTLMv2", "Digest MD5-sess", "Basic"
    Mic mic = Mic::Absent;                ///< of NTLM: the seal over all three messages
    std::optional<ExchangeId> challenge;  ///< the exchange whose CHALLENGE it was checked against
    /// Wrong, but computed from the given password all the same, by a usual mistake; completes "it fits ":
    /// "with an empty domain". Right: a peculiarity of the same kind: "in Latin-1".
    std::string fits;
    std::string missing;  ///< CannotTell: completes "to decide this one would need "
};

struct TicketOutcome {
    enum class Key : std::uint8_t {
        Fits,          ///< the ticket was opened
        NoSuchName,    ///< the keytab has no key of the service that the ticket is for
        OtherVersion,  ///< it has keys of that service, none of the version that the ticket names
        OtherType,     ///< ... none of the encryption type
        DoesNotFit,    ///< version and type are there, and the key is another
        Unreadable,    ///< the ticket is cut off or of a kind that is not known
    };

    Key key = Key::Unreadable;
    std::string service;  ///< as the ticket names it: "HTTP/web01@CONTOSO.TEST"
    std::optional<std::int64_t> etype, version;
    std::vector<std::string> keytab;  ///< what it has, those of this service first; the first few
    std::string opened_by;  ///< the entry whose key fitted: "HTTP/web01@CONTOSO.TEST, version 2, AES256-..."
    bool by_another_name = false;  ///< that entry stands under another name than the ticket's

    // Of an opened ticket. Times are seconds since 1970, 0 where absent.
    std::string client;
    std::int64_t authenticated = 0, starts = 0, ends = 0, renewable_until = 0;
    std::optional<std::int64_t> session_etype;
    bool forwardable = false, forwarded = false, trusted_for_delegation = false;
    bool has_pac = false;
    std::string pac_name;  ///< the account in the PAC's client info
    // Of its authenticator.
    bool authenticator_opened = false;
    std::int64_t client_time_us = 0;  ///< the client's clock, microseconds since 1970
    std::string channel_bindings;     ///< "absent", "zero" or 32 hex digits
    bool delegates = false;           ///< the client handed over a ticket of its own
};

struct ProofOutcome {
    std::optional<PasswordOutcome> password;
    std::optional<TicketOutcome> ticket;
};

}  // namespace why401
