#include "analysis/proven.h"
#include "analysis/words.h"
#include "tokens/kerberos.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const TicketOutcome* ticket = ticket_check(c.now);
    if (!c.now.refused() || c.now.answered_by_us || ticket == nullptr ||
        ticket->key != TicketOutcome::Key::Fits)
        return NotApplicable{};
    const auto ahead = client_clock_ahead(c.now);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because = "The ticket of " + printable(ticket->client) + " for " + printable(ticket->service) +
                    " in " + name(c.now.id) + " opens with the given keytab (" +
                    printable(ticket->opened_by) + "), and " + answer(c) +
                    " all the same: the cause is not the key.";
    found.evidence = {request_proof(c.now, "the ticket, opened"), answer_proof(c.now, "the refusal")};
    found.ruled_out = {"a key that does not fit: name, version and encryption type"};
    if (ahead && std::abs(*ahead) <= kTolerated)
        found.ruled_out.push_back("the client's clock: it agrees with the record's");
    if (!ticket->authenticator_opened)
        found.not_visible.push_back(
            "what the client sealed beside the ticket: it does not open with the ticket's session key");
    found.not_visible.push_back("whether the service really uses the keytab that was given");
    found.not_visible.push_back("what the server thinks of this user: its log says");
    if (!c.now.plain_http && ticket->channel_bindings == "zero")
        found.first_fix.push_back(
            "the client sent no channel binding: see whether the server insists on one");
    if (ticket->by_another_name)
        found.first_fix.push_back(
            "the fitting key stands under another name in the keytab than the "
            "ticket's: see whether the service looks it up by name");
    found.consequence = "A new ticket does not help.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at what this user may do here (Apache: Require; IIS: permissions)",
    "look at which keytab the service reads, and whether its process may read it",
    "read the reason in the server's error log"};
constexpr Source kSources[] = {{"RFC 4120 3.2.3", "https://www.rfc-editor.org/rfc/rfc4120#section-3.2.3"}};

}  // namespace

extern constinit const Rule proof_ticket_002{
    {.id = "PROOF-TICKET-002",
     .title = "the server refused a Kerberos ticket that its own key opens",
     .severity = Severity::Error,
     .explanation =
         "The ticket was opened with the key of the service from the given keytab. What refuses it "
         "comes after the key: the user's rights, a channel binding, or a service that reads "
         "another keytab.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the service's keytab: why401 explain --keytab FILE",
     .scene = "tests/real/secret_check_test.py SecretCheck"},
    check};

}  // namespace why401
