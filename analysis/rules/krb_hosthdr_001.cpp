#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.space != Space::Origin || !refused_without_a_word(c)) return NotApplicable{};
    const auto ticket = ticket_of(now);
    const TicketHistory& known = c.history.tickets;
    if (known.accepted || names_other_host(now, *ticket)) return NotApplicable{};
    if (known.computer.empty()) return CannotTell{"the server's own name: an NTLM CHALLENGE would tell it"};
    const std::string host = bare_host(now);
    const std::string_view label = std::string_view(host).substr(0, host.find('.'));
    if (same_name(label, known.computer) || same_name(host, known.dns_computer)) return NotApplicable{};
    Found found;
    found.culprit = Culprit::Unknown;
    const std::string own = known.dns_computer.empty() ? known.computer : known.dns_computer;
    found.because = "The client asked for " + host + " in " + name(now.id) + " and showed " +
                    describe(*ticket) + ", but the machine that answers calls itself " + printable(own, 120) +
                    " (" + name(known.computer_by) +
                    "): a name of the site's own must be registered for the account that opens its tickets, "
                    "and this one was refused without a word.";
    prove(now, *ticket, found.evidence);
    found.evidence.push_back({known.computer_by, "response.status", std::nullopt,
                              "its NTLM CHALLENGE names the machine: " + printable(own, 120)});
    found.evidence.push_back(answer_proof(now, "refused"));
    found.not_visible = unseen(c);
    found.not_visible.push_back("to which account " + printable(ticket->request->spn(), 160) + " belongs");
    found.consequence = "Kerberos fails by this name, and may work by the machine's own.";
    return found;
}

constexpr std::string_view kFix[] = {
    "setspn -Q HTTP/name shows the owner; setspn -S HTTP/name account gives it to the right one",
    "several sites with names of their own on one machine: with kernel-mode authentication all of them "
    "belong to "
    "the machine's account",
    "try the machine's own name to confirm"};
constexpr Source kSources[] = {
    {"KB 294382", ""},
    {"Service principal names", "https://learn.microsoft.com/windows/win32/ad/service-principal-names"}};

}  // namespace

extern constinit const Rule krb_hosthdr_001{
    {.id = "KRB-HOSTHDR-001",
     .title = "the site's name is not the machine's, and Kerberos does not work for it",
     .severity = Severity::Error,
     .explanation =
         "Tickets are issued by name. A machine's own names are registered by themselves; the name of a "
         "site or of a balancer is somebody's work.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the ticket, and the machine's name from an NTLM CHALLENGE of the same server",
     .scene = "analysis/kerberos_silence_test.cpp KrbHosthdr001"},
    check};

}  // namespace why401
