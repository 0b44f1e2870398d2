#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool is_des(std::int64_t etype) { return etype == 1 || etype == 2 || etype == 3; }
bool is_rc4(std::int64_t etype) { return etype == 23 || etype == 24; }
bool is_aes(std::int64_t etype) { return etype >= 17 && etype <= 20; }

Found found_for(const Case& c, std::string because) {
    Found found;
    found.culprit = Culprit::Server;
    found.because = std::move(because);
    if (const auto ticket = ticket_of(c.now)) prove(c.now, *ticket, found.evidence);
    found.not_visible = {"the keys and types that the service has: its account or keytab says"};
    found.consequence = "Whoever gets such tickets is refused.";
    return found;
}

/// DES is off everywhere by now (RFC 6649), RC4 is being switched off (RFC 8429).
Verdict by_pattern(const Case& c) {
    if (!refused_without_a_word(c)) return NotApplicable{};
    const auto ticket = ticket_of(c.now);
    if (!ticket->request->ticket.etype) return CannotTell{"the ticket's encryption type"};
    const std::int64_t etype = *ticket->request->ticket.etype;
    const auto& accepted = c.history.tickets.accepted;
    const bool others_aes = accepted && accepted->etype && is_aes(*accepted->etype);
    if (!is_des(etype) && !(is_rc4(etype) && others_aes)) return NotApplicable{};
    Found found = found_for(c, "The client showed " + describe(*ticket) + " in " + name(c.now.id) +
                                   ", and was refused without a word: " + kerberos::etype_name(etype) +
                                   (others_aes ? " is what differs from the ticket that was accepted in " +
                                                     name(accepted->exchange) + "."
                                               : " is an encryption that servers no longer accept."));
    found.evidence.push_back(answer_proof(c.now, "refused"));
    if (others_aes)
        found.evidence.push_back({accepted->exchange, "response.status", std::nullopt,
                                  "a ticket with AES for the same service was accepted"});
    found.culprit = Culprit::Unknown;
    for (std::string& more : unseen(c)) found.not_visible.push_back(std::move(more));
    return found;
}

Verdict check(const Case& c) {
    const auto said = kerberos_says(c, {14}, {0x80090342U});
    if (!said) return by_pattern(c);
    const auto ticket = ticket_of(c.now);
    Found found = found_for(c, "The server refused the Kerberos login of " + name(c.now.id) + " with " +
                                   said->text + ": it has no use for this encryption type" +
                                   (ticket ? ", of " + describe(*ticket) : std::string()) + ".");
    found.confidence = said->in_token ? Confidence::Certain : Confidence::Likely;
    found.evidence.insert(found.evidence.begin(), said->where);
    return found;
}

constexpr std::string_view kFix[] = {
    "Active Directory: msDS-SupportedEncryptionTypes of the service's account; reset its password once, so "
    "that "
    "it gets AES keys",
    "MIT and Heimdal: klist -ke of the keytab beside permitted_enctypes; make a new keytab with the types "
    "that "
    "tickets use"};
constexpr Source kSources[] = {
    {"RFC 4120 7.5.9, KDC_ERR_ETYPE_NOSUPP", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"},
    {"RFC 8429", "https://www.rfc-editor.org/rfc/rfc8429"}};

}  // namespace

extern constinit const Rule krb_etype_004{
    {.id = "KRB-ETYPE-004",
     .title = "the server does not accept the encryption type of the Kerberos ticket",
     .severity = Severity::Error,
     .explanation =
         "A ticket is encrypted for the service with one of several methods. Old ones are switched off "
         "step by step, and accounts that are older than AES have no AES key.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's KRB-ERROR or its code 0x80090342; the ticket for a suspicion",
     .scene = "analysis/kerberos_word_test.cpp KrbEtype004"},
    check};

}  // namespace why401
