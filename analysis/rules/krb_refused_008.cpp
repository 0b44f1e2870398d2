#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "tokens/krb_errors.h"

namespace why401 {
namespace {

Found named_error(const Case& c, const kerberos::KrbError& error) {
    const auto said = kerberos_says(c, {*error.error_code}, {});
    const auto* known = kerberos::find_error(*error.error_code);
    Found found;
    found.confidence = Confidence::Certain;
    found.because = "The server refused the Kerberos login of " + name(c.now.id) + " with " + said->text +
                    (known != nullptr ? ": " + std::string(known->text) : std::string());
    if (!error.e_text.empty()) found.because += " (\"" + printable(error.e_text, 160) + "\")";
    found.because += ".";
    found.evidence = {said->where};
    return found;
}

Found silent(const Case& c, const Ticket& ticket) {
    Found found;
    const TicketHistory& known = c.history.tickets;
    found.because = "The client showed " + describe(ticket) + " in " + name(c.now.id) +
                    ", and the server asks for a new login without a word about this one";
    if (!ticket.request->anomalies.empty())
        found.because += "; the token itself is damaged: " + ticket.request->anomalies.front().what;
    if (known.accepted)
        found.because += ", though it had accepted one for the same service in " +
                         name(known.accepted->exchange) +
                         ": then the user, the time or the page is what differs";
    found.because += ".";
    if (!ticket.request->anomalies.empty())
        found.evidence.push_back(
            ticket_proof(c.now, ticket, {ticket.request->anomalies.front().offset, 0}, "damaged here"));
    if (known.accepted)
        found.evidence.push_back({known.accepted->exchange, "response.status", std::nullopt,
                                  "a ticket for the same service was accepted"});
    if (c.now.space == Space::Origin && !ticket.host.empty() && !names_other_host(c.now, ticket))
        found.ruled_out = {"the name: the ticket is for the host in the address"};
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us) return NotApplicable{};
    const auto* error = krb_error(now);
    const auto ticket = ticket_of(now);
    Found found;
    if (error != nullptr && error->error_code)
        found = named_error(c, *error);
    else if (ticket && now.space == Space::Origin && refused_without_a_word(c))  // else PROXY-407-001
        found = silent(c, *ticket);
    else
        return NotApplicable{};
    if (ticket) prove(now, *ticket, found.evidence);
    found.evidence.push_back(answer_proof(now, "the refusal"));
    found.not_visible = unseen(c);
    found.not_visible.push_back(
        "whether the server could open the ticket at all: its key does not fit, the clocks differ, or it "
        "knows "
        "the user and refuses the page");
    found.consequence = "The client asks for a password or gives up.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look into the server's own log for that minute: it names the reason (Apache: LogLevel auth_gssapi:info; "
    "Windows: Kerberos events 3 and 4, sc-win32-status)",
    "compare klist on the client with the keytab or account of the server: name, key version, encryption "
    "type",
    "compare the clocks of client, server and domain controller"};
constexpr Source kSources[] = {{"RFC 4559 5", "https://www.rfc-editor.org/rfc/rfc4559#section-5"},
                               {"RFC 4120 3.2.3", "https://www.rfc-editor.org/rfc/rfc4120#section-3.2.3"}};

}  // namespace

extern constinit const Rule krb_refused_008{
    {.id = "KRB-REFUSED-008",
     .title = "the server looked at the Kerberos ticket and refused it",
     .severity = Severity::Error,
     .explanation =
         "The client had a ticket for the right name. What the server found wrong with it stands in its "
         "own log; from outside the ticket cannot be opened.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the ticket and the answer to it",
     .scene = "analysis/kerberos_silence_test.cpp KrbRefused008"},
    check};

}  // namespace why401
