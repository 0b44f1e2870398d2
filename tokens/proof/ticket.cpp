#include "tokens/proof/ticket.h"

#include <algorithm>

#include "tokens/kerberos.h"
#include "tokens/proof/wiped.h"
#include "wire/ascii.h"

namespace why401::proof {
namespace {

// RFC 4120 7.5.1
constexpr int kTicketUsage = 2;
constexpr int kAuthenticatorUsage = 11;

std::string service_of(const kerberos::ApReq& request) { return request.spn() + "@" + request.realm; }

/// Only the low byte of a version is sure to be kept by every keytab.
bool same_version(std::int64_t a, std::int64_t b) { return a == b || (a & 0xFF) == (b & 0xFF); }

/// The entry that opens it, those of the right name first; the version in a ticket is only a hint.
std::optional<std::string> try_keys(const Keytab& keytab, std::string_view cipher, Ticket& ticket) {
    const auto& entries = keytab.entries();
    for (const bool own_name : {true, false})
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (same_name(entries[i].principal, ticket.service) != own_name) continue;
            if (ticket.etype && entries[i].etype != *ticket.etype) continue;
            auto plain = keytab.open(i, kTicketUsage, cipher);
            if (!plain) continue;
            ticket.opened_by = i;
            return plain;
        }
    return std::nullopt;
}

KeyFit why_not(const Keytab& keytab, const Ticket& ticket) {
    const auto& entries = keytab.entries();
    bool named = false, typed = false, versioned = !ticket.version;
    for (const Keytab::Entry& entry : entries) {
        if (!same_name(entry.principal, ticket.service)) continue;
        named = true;
        if (ticket.etype && entry.etype != *ticket.etype) continue;
        typed = true;
        versioned = versioned || same_version(entry.version, *ticket.version);
    }
    if (!named) return KeyFit::NoSuchName;
    if (!typed) return KeyFit::OtherType;
    return versioned ? KeyFit::DoesNotFit : KeyFit::OtherVersion;
}

}  // namespace

Ticket open_ticket(const Keytab& keytab, std::string_view token) {
    Ticket ticket;
    const kerberos::Message message = kerberos::decode(token);
    const auto* request = std::get_if<kerberos::ApReq>(&message);
    const auto sealed = kerberos::sealed_parts(token);
    if (request == nullptr || !sealed) return ticket;
    ticket.service = service_of(*request);
    ticket.etype = request->ticket.etype;
    ticket.version = request->ticket.kvno;
    auto plain = try_keys(keytab, sealed->ticket, ticket);
    if (!plain) {
        ticket.key = why_not(keytab, ticket);
        return ticket;
    }
    const Wiped opened(std::move(*plain));
    ticket.key = KeyFit::Fits;
    ticket.inside = kerberos::read_ticket_inside(opened.view());
    const Wiped session(std::move(ticket.inside.session_key));
    if (!ticket.inside.session_etype) return ticket;
    auto said = keytab.open_with(*ticket.inside.session_etype, session.view(), kAuthenticatorUsage,
                                 sealed->authenticator);
    if (!said) return ticket;
    const Wiped authenticator(std::move(*said));
    ticket.authenticator = kerberos::read_authenticator_inside(authenticator.view());
    return ticket;
}

}  // namespace why401::proof
