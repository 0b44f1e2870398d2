#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const TicketHistory& known = c.history.tickets;
    if (!known.same_before) return NotApplicable{};
    const auto said = kerberos_says(c, {34}, {});
    // Refused both times: then it is not the repetition that is wrong with it.
    if (!said && (!known.same_accepted || !refused_without_a_word(c))) return NotApplicable{};
    const auto ticket = ticket_of(c.now);
    if (!ticket) return NotApplicable{};
    Found found;
    found.confidence = said ? Confidence::Certain : Confidence::Likely;
    found.because = "The request of " + name(c.now.id) +
                    " carries byte for byte the same ticket and proof of time as " +
                    name(*known.same_before) + (known.same_accepted ? ", which the server accepted" : "") +
                    ", and was refused" + (said ? " with " + said->text : std::string()) +
                    ": a proof may be used once, so that nobody can copy it.";
    if (said) found.evidence.push_back(said->where);
    found.evidence.push_back({*known.same_before, "request.line", std::nullopt, "the same ticket, before"});
    found.evidence.push_back(request_proof(c.now, "the same ticket again"));
    found.evidence.push_back(answer_proof(c.now, "refused"));
    found.ruled_out = {"the service's key and the user's rights, as far as the first request shows"};
    found.not_visible = {
        "who sent it again: the client, or somebody between who retries on another connection"};
    found.consequence = "A request that is repeated after a lost connection fails, a fresh one works.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client make a new proof for every request (GSS-API: a new context), also when it repeats one",
    "no proxy or balancer may repeat a request that carries a ticket"};
constexpr Source kSources[] = {
    {"RFC 4120 3.2.3 (replay cache)", "https://www.rfc-editor.org/rfc/rfc4120#section-3.2.3"}};

}  // namespace

extern constinit const Rule krb_replay_007{
    {.id = "KRB-REPLAY-007",
     .title = "the same Kerberos request was sent twice, and the server accepts each only once",
     .severity = Severity::Error,
     .explanation =
         "Servers remember the requests of the last minutes and refuse an exact copy, for it may come "
         "from somebody who listened.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both requests",
     .scene = "analysis/kerberos_silence_test.cpp KrbReplay007"},
    check};

}  // namespace why401
