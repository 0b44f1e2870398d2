#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

// Refusals before this one. IIS has few other reasons to refuse a ticket in silence, others have many.
constexpr std::size_t kPattern = 2, kPatternOfIis = 1;

std::string meaning(const KerberosWord& said) {
    if (said.in_token && said.code == 35)
        return "the ticket is for a service that this server does not take for its own";
    return "it could not open the ticket, so the name in it belongs to another account, or to another key, "
           "than the one the server has";
}

Found proven(const Case& c, const KerberosWord& said, const std::optional<Ticket>& ticket) {
    Found found;
    found.confidence = said.in_token ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because = "The server refused " + (ticket ? describe(*ticket) : std::string("the Kerberos login")) +
                    " in " + name(c.now.id) + " with " + said.text + ": " + meaning(said) + ".";
    if (ticket && names_other_host(c.now, *ticket))
        found.because += " The address asks for " + bare_host(c.now) + ", the ticket for " +
                         printable(ticket->host, 120) + ".";
    found.evidence = {said.where};
    found.ruled_out = {
        "the user's password: the domain controller had accepted it before it gave the ticket"};
    found.not_visible = {
        "whether the name stands at a wrong account, at two, or the key is an old one: setspn "
        "and the key versions say"};
    found.consequence = "No user gets in with Kerberos here.";
    return found;
}

/// A server that says nothing: what is left once everything visible fits.
Verdict by_pattern(const Case& c, const std::optional<Ticket>& ticket) {
    const TicketHistory& known = c.history.tickets;
    if (!ticket || !refused_without_a_word(c) || known.accepted) return NotApplicable{};
    const bool windows = c.now.server == ServerKind::Iis || c.now.server == ServerKind::HttpSys;
    if (known.refused.size() < (windows ? kPatternOfIis : kPattern))
        return CannotTell{"the server's reason, or more tries: a single refusal of a ticket can have many"};
    Found found;
    const std::size_t before = known.refused.size();
    found.because =
        "The client showed " + describe(*ticket) + " in " + name(c.now.id) +
        (before == 0 ? std::string()
                     : ", as it had in " + std::to_string(before) + " refused request" +
                           (before > 1 ? "s" : "") + " before,") +
        " and the server wants a new login without a word about this one: so it looks when it "
        "cannot open the ticket, because the name belongs to another account than the one it runs "
        "as.";
    found.not_visible = unseen(c);
    for (const ExchangeId earlier : known.refused)
        if (found.evidence.size() < 2)
            found.evidence.push_back({earlier, "response.status", std::nullopt, "refused alike before"});
    found.consequence = "The browser asks for a password, and none helps.";
    return found;
}

Verdict check(const Case& c) {
    const auto ticket = ticket_of(c.now);
    const auto said = kerberos_says(c, {41, 31, 35}, {0x80090322U, 0x80070574U, 1396U});
    Verdict verdict = said ? Verdict(proven(c, *said, ticket)) : by_pattern(c, ticket);
    if (auto* found = std::get_if<Found>(&verdict)) {
        if (ticket) prove(c.now, *ticket, found->evidence);
        found->evidence.push_back(answer_proof(c.now, "the refusal"));
    }
    return verdict;
}

constexpr std::string_view kFix[] = {
    "Windows: setspn -Q HTTP/host shows who owns the name, setspn -X finds duplicates; it must belong to the "
    "account that opens tickets: the machine's own with kernel-mode authentication, the application pool's "
    "with "
    "useAppPoolCredentials=true",
    "several servers behind one name: one domain account for all, and useAppPoolCredentials=true",
    "Linux: the keytab must hold the present key of exactly this name (klist -k beside kvno HTTP/host)"};
constexpr Source kSources[] = {
    {"Troubleshoot Kerberos failures",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "troubleshoot-kerberos-failures-ie"},
    {"RFC 4120 7.5.9", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"}};

}  // namespace

extern constinit const Rule krb_spn_002{
    {.id = "KRB-SPN-002",
     .title =
         "the server cannot open the Kerberos ticket: the service name belongs to another account or key",
     .severity = Severity::Error,
     .explanation =
         "A ticket is encrypted for the account that owns the service name (SPN). When the process that "
         "answers runs as another account, or the name is registered twice, its key does not fit.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's KRB-ERROR or its code 0x80090322; several refused tickets for a suspicion",
     .scene = "tests/real/kerberos_refused_test.py test_a_keytab_with_the_wrong_key"},
    check};

}  // namespace why401
