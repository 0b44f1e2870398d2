#include "analysis/clocks.h"
#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/utc.h"

namespace why401 {
namespace {

/// Whose clock is off shows only beside a third one, which is the record's.
std::string compared(const ExchangeFacts& now, Found& found) {
    const auto* error = krb_error(now);
    const auto server = error != nullptr ? parse_kerberos_time(error->stime) : std::nullopt;
    const auto client = error != nullptr ? parse_kerberos_time(error->ctime) : std::nullopt;
    std::string text;
    if (server && client)
        text += "; its clock said " + error->stime + " and the client's " + error->ctime + ", " +
                ahead_text(*server - *client) + " it";
    const auto gap = server ? ahead_of_record(now, *server) : date_ahead_of_record(now);
    if (!gap) return text;
    text += "; the server's clock is " + ahead_text(*gap) + " that of this record";
    if (*gap > kUsualSkew || *gap < -kUsualSkew) {
        found.not_visible.push_back(
            "which of the two is right: compare both with the domain controller's clock");
    } else {
        found.culprit = Culprit::Client;
        found.ruled_out.push_back("the server's clock, as far as that of this record is right");
    }
    return text;
}

Verdict by_date(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!refused_without_a_word(c)) return NotApplicable{};
    const auto gap = date_ahead_of_record(now);
    if (!gap) return CannotTell{"a Date in the server's answer, to compare the clocks"};
    if (*gap <= kUsualSkew && *gap >= -kUsualSkew) return NotApplicable{};
    if (c.history.tickets.accepted) return NotApplicable{};  // it was no hindrance then
    const auto ticket = ticket_of(now);
    Found found;
    found.because = "The client showed " + describe(*ticket) + " in " + name(now.id) +
                    ", which was refused without a word, and the server's Date is " + ahead_text(*gap) +
                    " the clock of this record: Kerberos allows five minutes.";
    found.evidence = {request_proof(now, "the ticket"),
                      proof(now.id, now.status_line, "refused; Date: " + printable(now.date, 60))};
    found.not_visible = unseen(c);
    found.consequence = "If the clocks are the reason, no ticket works until they agree.";
    return found;
}

Verdict check(const Case& c) {
    const auto said = kerberos_says(c, {37}, {0x80090324U, 0x80070576U, 1398U});
    if (!said) return by_date(c);
    Found found;
    found.confidence = Confidence::Certain;
    found.because = "The server refused the Kerberos login of " + name(c.now.id) + " with " + said->text +
                    ": the clocks of client and server differ by more than it allows";
    found.because += compared(c.now, found) + ".";
    found.evidence = {said->where, request_proof(c.now, "the request")};
    found.ruled_out.push_back("user and password: the ticket was opened, and only its time is wrong");
    found.consequence = "Every ticket of that client is refused until the clocks agree.";
    const auto* error = krb_error(c.now);
    if (error != nullptr && error->data.skew_recovery) {
        found.severity = Severity::Warning;
        found.outcome = {};
        found.consequence =
            "Windows offers to go on with its own time (MS-KILE 2.2.1): a client that knows this "
            "gets in at its second try, any other does not.";
    }
    return found;
}

constexpr std::string_view kFix[] = {
    "set the clocks by one source (Windows: w32tm /query /status; Linux: chronyc tracking)",
    "virtual machines: let either the host or the domain set the time, not both"};
constexpr Source kSources[] = {
    {"RFC 4120 7.5.9, KRB_AP_ERR_SKEW", "https://www.rfc-editor.org/rfc/rfc4120#section-7.5.9"}};

}  // namespace

extern constinit const Rule krb_skew_005{
    {.id = "KRB-SKEW-005",
     .title = "the clocks of client and server are too far apart for Kerberos",
     .severity = Severity::Error,
     .explanation = "A ticket is shown together with the time, so that a stolen copy is of no use later. By "
                    "default client and server may differ by five minutes.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's KRB-ERROR or its code 0x80090324; its Date for a suspicion",
     .scene = "tests/real/kerberos_refused_test.py test_a_clock_that_is_twenty_minutes_off"},
    check};

}  // namespace why401
