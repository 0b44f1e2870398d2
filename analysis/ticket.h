#pragma once
// What can be seen of a Kerberos login without any key: the ticket that a request shows, beside its URL, and
// what the server says about it. It refuses to guess at what is encrypted.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/case.h"
#include "analysis/finding.h"
#include "tokens/kerberos.h"
#include "tokens/spnego.h"

namespace why401 {

/// An AP-REQ in the credentials of a request.
struct Ticket {
    const kerberos::ApReq* request = nullptr;  ///< in the facts
    std::size_t bytes = 0;                     ///< of the whole token, decoded
    std::size_t inner_at = 0;                  ///< where the places of `request` count from, in the token
    bool in_spnego = false;
    std::string_view service, host, port;  ///< of the sname: "HTTP", "web01.contoso.test", "" or "8080"
};

/// Of the credentials that this exchange is about; nothing when they hold no AP-REQ.
std::optional<Ticket> ticket_of(const ExchangeFacts& facts);
/// The host of the URL in lower case, without its port: "web01.test", "10.0.0.5", "[::1]".
std::string bare_host(const ExchangeFacts& facts);
/// "10.0.0.5" and "[::1]" are addresses, "web01" is a name.
bool is_address(std::string_view host);
/// The service's host is neither the URL's nor a longer or shorter form of it.
bool names_other_host(const ExchangeFacts& facts, const Ticket& ticket);

/// The KRB-ERROR in the answer; null when there is none. In the facts.
const kerberos::KrbError* krb_error(const ExchangeFacts& facts);
std::optional<spnego::NegState> neg_state(const ExchangeFacts& facts);
/// The server said that the login itself is complete: its own proof (AP-REP), or accept-completed.
bool completed(const ExchangeFacts& facts);
/// The answer carries a token that asks for another leg: neither a refusal nor the end.
bool negotiation_goes_on(const ExchangeFacts& facts);

/// A ticket was refused and nobody says why: no token, no code, no substatus but 401.1. False while this
/// proxy may be the cause itself (CBT-MITM-001).
bool refused_without_a_word(const Case& c);

/// The server's own word for a refusal of Kerberos.
struct KerberosWord {
    std::int64_t code = 0;
    bool in_token = false;  ///< a KRB-ERROR; else a code of its page, log or trace
    std::string text;       ///< "KRB_AP_ERR_SKEW (37)", "0x80090324"
    Evidence where;
};
/// Of a refusal; nothing unless it is one of `errors` (RFC 4120) or `codes` (Win32, HRESULT).
std::optional<KerberosWord> kerberos_says(const Case& c, std::initializer_list<std::int64_t> errors,
                                          std::initializer_list<std::uint32_t> codes);

/// "a ticket for HTTP/web01 in the realm CONTOSO.TEST (AES256-CTS-HMAC-SHA1-96, key version 6, 1.4 kB)".
std::string describe(const Ticket& ticket);
/// "12.3 kB"
std::string size_text(std::uint64_t bytes);
/// The characters of the credentials that hold these bytes of the AP-REQ; the whole value when they cannot be
/// told.
Evidence ticket_proof(const ExchangeFacts& facts, const Ticket& ticket, kerberos::Place place,
                      std::string says);
/// Service, encryption and key of the ticket, each at its bytes.
void prove(const ExchangeFacts& facts, const Ticket& ticket, std::vector<Evidence>& evidence);
/// What the record cannot show of a ticket, for the reader of a finding.
std::vector<std::string> unseen(const Case& c);

}  // namespace why401
