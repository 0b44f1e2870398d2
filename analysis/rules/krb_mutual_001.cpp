#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const auto ticket = ticket_of(now);
    if (!ticket || !now.let_in() || now.status >= 400) return NotApplicable{};
    if (!now.response_seen) return CannotTell{"the server's answer"};
    const bool rejected = neg_state(now) == spnego::NegState::Reject;
    const bool taken = now.challenges().reply && !now.forwarded[now.space].reply;
    // Many servers leave it out and most clients do not mind: it takes a client that left, or somebody
    // between.
    const bool missing = ticket->request->mutual_required() && !now.challenges().reply &&
                         (now.outcome == Outcome::Abandoned || !now.intermediary.empty());
    if (!rejected && !taken && !missing) return NotApplicable{};
    Found found;
    found.confidence = taken ? Confidence::Certain : rejected ? Confidence::Likely : Confidence::Possible;
    found.culprit = taken ? Culprit::ThisProxy : Culprit::Unknown;
    found.because = "The server let the ticket of " + name(now.id) + " in (" + std::to_string(now.status) +
                    ")" +
                    (taken      ? ", and this proxy removed its own proof from the answer: "
                     : rejected ? ", but the negotiation inside the answer ends with reject: "
                                : ", but its answer lacks the proof that the client demanded (AP-REP): ") +
                    "a client that insists on it drops the answer.";
    if (missing)
        found.evidence.push_back(
            ticket_proof(now, *ticket, ticket->request->ap_options_at, "ap-options: mutual-required"));
    found.evidence.push_back(answer_proof(now, taken      ? "the proof, as the server sent it"
                                               : rejected ? "reject"
                                                          : "no token in the answer"));
    found.not_visible = {"whether the client checks: most do not",
                         "somebody between who removes WWW-Authenticate from good answers"};
    found.consequence = "Strict clients (requests-kerberos, WinRM) fail although the server was content.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let WWW-Authenticate pass on every answer, 200 included",
    "or tell the client not to insist (requests-kerberos: mutual_authentication=OPTIONAL)"};
constexpr Source kSources[] = {{"RFC 4559 5", "https://www.rfc-editor.org/rfc/rfc4559#section-5"}};

}  // namespace

extern constinit const Rule krb_mutual_001{
    {.id = "KRB-MUTUAL-001",
     .title = "the server's own proof of identity does not reach the client",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation = "With Kerberos the server can prove itself too, by a token in its final answer.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the ticket and the final answer",
     .scene = "analysis/negotiate_rules_test.cpp KrbMutual001"},
    check};

}  // namespace why401
