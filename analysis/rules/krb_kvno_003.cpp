#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// A newer key of the same service has worked at this door.
bool is_older(const Case& c, const std::optional<Ticket>& ticket) {
    const auto& accepted = c.history.tickets.accepted;
    return ticket && ticket->request->ticket.kvno && accepted && accepted->kvno &&
           *ticket->request->ticket.kvno < *accepted->kvno;
}

std::string comparison(const Case& c, const Ticket& ticket) {
    return "the ticket was made with key version " + std::to_string(*ticket.request->ticket.kvno) +
           ", and the one that was accepted in " + name(c.history.tickets.accepted->exchange) +
           " with version " + std::to_string(*c.history.tickets.accepted->kvno);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto ticket = ticket_of(now);
    const auto missing = kerberos_says(c, {44, 45}, {});
    const auto wrong = kerberos_says(c, {31, 41}, {0x80090322U, 0x80070574U, 1396U});
    const bool older = is_older(c, ticket);
    if (!missing && !(older && (wrong || refused_without_a_word(c)))) {
        if (wrong && ticket && !ticket->request->ticket.kvno)
            return CannotTell{"the key version in the ticket"};
        return NotApplicable{};
    }
    Found found;
    found.confidence = missing && missing->code == 44 ? Confidence::Certain
                       : missing || wrong             ? Confidence::Likely
                                                      : Confidence::Possible;
    found.culprit = missing ? Culprit::Server : Culprit::Unknown;
    found.because = "The server refused the ticket of " + name(now.id);
    if (missing)
        found.because += " with " + missing->text +
                         ": it does not hold the key that the ticket was made with" +
                         (ticket ? ", which is that of " + describe(*ticket) : std::string());
    else
        found.because += (wrong ? " with " + wrong->text : std::string(" without a word")) + ": " +
                         comparison(c, *ticket) +
                         ", so the client still shows one from before the key changed";
    found.because += ".";
    if (missing) found.evidence.push_back(missing->where);
    if (!missing && wrong) found.evidence.push_back(wrong->where);
    if (ticket) prove(now, *ticket, found.evidence);
    if (older)
        found.evidence.push_back({c.history.tickets.accepted->exchange, "response.status", std::nullopt,
                                  "a newer ticket for the same service was accepted"});
    found.not_visible = unseen(c);
    found.consequence = missing && !older
                            ? "Nobody gets in with a ticket until the server has the present key."
                            : "Whoever holds an old ticket is refused until it is discarded or has expired.";
    return found;
}

constexpr std::string_view kFix[] = {"clients: discard the old ticket (klist purge; or log off and on)",
                                     "the server's keytab: compare klist -k with the key version of the "
                                     "account (kvno HTTP/host), and export it "
                                     "anew; ktpass and ktadd change the key each time they are used",
                                     "keep the previous key in the keytab until its tickets have expired"};
constexpr Source kSources[] = {
    {"RFC 4120 5.3 (tkt-vno, kvno)", "https://www.rfc-editor.org/rfc/rfc4120#section-5.3"},
    {"RFC 4120 7.5.9, KRB_AP_ERR_BADKEYVER", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"}};

}  // namespace

extern constinit const Rule krb_kvno_003{
    {.id = "KRB-KVNO-003",
     .title =
         "the Kerberos ticket was made with a version of the service's key that the server does not hold",
     .severity = Severity::Error,
     .explanation = "Each change of the service account's password makes a new key version. Tickets live for "
                    "hours, keytabs until somebody replaces them: for a while the two may not fit.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's KRB-ERROR, or an accepted ticket of a newer version beside the refused one",
     .scene = "tests/real/kerberos_refused_test.py test_a_keytab_without_the_present_key_version"},
    check};

}  // namespace why401
