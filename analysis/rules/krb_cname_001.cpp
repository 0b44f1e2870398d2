#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// ":8080" of "http://web01:8080".
std::string_view port_of(std::string_view origin) {
    const std::size_t colon = origin.rfind(':');
    return colon < origin.find("//") || origin.find(']', colon) != std::string_view::npos
               ? std::string_view()
               : origin.substr(colon + 1);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.space != Space::Origin || !refused_without_a_word(c)) return NotApplicable{};
    const auto ticket = ticket_of(now);
    if (ticket->host.empty()) return CannotTell{"the service name in the ticket: it is cut off"};
    if (c.history.tickets.accepted) return NotApplicable{};  // the server takes tickets for that name
    const bool other = names_other_host(now, *ticket);
    // A name with a port must be registered with it; clients leave the port out unless they are told to.
    const bool odd_port = !ticket->port.empty() && ticket->port != port_of(now.origin);
    if (!other && !odd_port) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.because =
        "The client asked for " + bare_host(now) + " in " + name(now.id) + " and showed " +
        describe(*ticket) + ": " +
        (other ? "it took another name for the server, as clients do that follow an alias (CNAME) "
                 "in the DNS"
               : "the port in it is not that of the address") +
        ", and the server refused.";
    found.evidence = {proof(now.id, now.request_line, "the address: " + bare_host(now))};
    prove(now, *ticket, found.evidence);
    found.evidence.push_back(answer_proof(now, "refused"));
    found.not_visible = unseen(c);
    found.not_visible.push_back("whether the server would take a ticket for " + bare_host(now));
    found.consequence = "The ticket is for whoever owns that other name.";
    return found;
}

constexpr std::string_view kFix[] = {
    "use the name that the service is registered for in the address",
    "or register the name that the client takes: setspn -S HTTP/thatname account, or a keytab entry for it",
    "or keep the client from following aliases: Chrome and Edge policy DisableAuthNegotiateCnameLookup, port "
    "with "
    "EnableAuthNegotiatePort; krb5.conf dns_canonicalize_hostname = false and rdns = false"};
constexpr Source kSources[] = {{"Chrome policies DisableAuthNegotiateCnameLookup, EnableAuthNegotiatePort",
                                "https://chromeenterprise.google/policies/#DisableAuthNegotiateCnameLookup"},
                               {"RFC 4120 1.3 (names must not be taken from the DNS)",
                                "https://www.rfc-editor.org/rfc/rfc4120#section-1.3"}};

}  // namespace

extern constinit const Rule krb_cname_001{
    {.id = "KRB-CNAME-001",
     .title = "the client's Kerberos ticket is for another name than the one in the address",
     .severity = Severity::Warning,
     .explanation =
         "Many clients ask the DNS for the canonical name of a host and get their ticket for that, "
         "without the port. The server then sees a ticket for a name it may not own.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the ticket and the address of the request",
     .scene = "analysis/kerberos_silence_test.cpp KrbCname001"},
    check};

}  // namespace why401
