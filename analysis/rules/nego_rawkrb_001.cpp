#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    const auto ticket = ticket_of(c.now);
    if (!ticket || ticket->in_spnego || !own->view.is("Negotiate")) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "The client sends its Kerberos ticket in " + name(c.now.id) +
                    (ticket->request->gss_framed ? " without SPNEGO around it."
                                                 : " bare, without SPNEGO and without a GSS frame.");
    found.evidence = {request_proof(c.now, ticket->request->gss_framed
                                               ? "begins with the OID of Kerberos, not of SPNEGO"
                                               : "begins with the AP-REQ itself")};
    found.not_visible = {"whether this server minds: many accept it, strict ones do not"};
    found.consequence =
        "The server's answer has no SPNEGO either; negotiation of another mechanism is impossible.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client's library use SPNEGO (GSS-API: mechanism 1.3.6.1.5.5.2)"};
constexpr Source kSources[] = {{"RFC 4559 4.1", "https://www.rfc-editor.org/rfc/rfc4559#section-4.1"},
                               {"RFC 4178 4.2", "https://www.rfc-editor.org/rfc/rfc4178#section-4.2"}};

}  // namespace

extern constinit const Rule nego_rawkrb_001{
    {.id = "NEGO-RAWKRB-001",
     .title = "the client sends a bare Kerberos token where SPNEGO belongs",
     .severity = Severity::Info,
     .kind = FindingKind::Posture,
     .explanation =
         "Negotiate means SPNEGO, a thin envelope that names the mechanism. Some libraries leave it off.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/negotiate_rules_test.cpp NegoRawkrb001"},
    check};

}  // namespace why401
