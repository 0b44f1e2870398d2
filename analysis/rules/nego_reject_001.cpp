#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

std::string shown(const Case& c) {
    if (const auto ticket = ticket_of(c.now)) return describe(*ticket);
    switch (c.now.step()) {
        case Step::Negotiate: return "the first message of an NTLM login";
        case Step::Authenticate: return "the NTLM login of " + who(c.now.user());
        default: return "its token";
    }
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us || neg_state(now) != spnego::NegState::Reject)
        return NotApplicable{};
    if (krb_error(now) != nullptr) return NotApplicable{};  // it says why
    if (now.own_credentials() == nullptr) return CannotTell{"the request that was rejected"};
    // A whole NTLM login that ends so was looked at: NTLM-FAIL-001.
    if (now.step() == Step::Authenticate && c.standing.answered) return NotApplicable{};
    const auto ticket = ticket_of(now);
    Found found;
    found.confidence = Confidence::Certain;
    found.because = "The client showed " + shown(c) + " in " + name(now.id) +
                    ", and the server ended the negotiation with reject and gave no reason.";
    if (ticket && names_other_host(now, *ticket))
        found.because += " The address asks for " + bare_host(now) + ", the ticket for " +
                         printable(ticket->host, 120) + ".";
    found.evidence = {answer_proof(now, "negState reject"), request_proof(now, "what was rejected")};
    if (ticket) prove(now, *ticket, found.evidence);
    found.not_visible = unseen(c);
    found.not_visible.push_back("which mechanisms the server has switched on");
    found.consequence = "The client has to begin anew with something else.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at the mechanisms that the server takes and their order (IIS: providers Negotiate, NTLM; "
    "Negotiate:Kerberos refuses NTLM)",
    "the server's log names the reason: Kerberos events on Windows, the error log of Apache"};
constexpr Source kSources[] = {{"RFC 4178 4.2.2", "https://www.rfc-editor.org/rfc/rfc4178#section-4.2.2"}};

}  // namespace

extern constinit const Rule nego_reject_001{
    {.id = "NEGO-REJECT-001",
     .title = "the server rejected the negotiation and gave no reason",
     .severity = Severity::Error,
     .explanation =
         "SPNEGO ends with accept or reject. A reject may carry the mechanism's own error; this one does "
         "not.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the token in the server's answer",
     .scene = "analysis/negotiate_rules_test.cpp NegoReject001"},
    check};

}  // namespace why401
