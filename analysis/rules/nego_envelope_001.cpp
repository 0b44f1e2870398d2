#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (!now.refused() || now.answered_by_us || own == nullptr || !own->view.scheme_mismatch)
        return NotApplicable{};
    // A server that goes on with it, or that knew the user, took it as it came.
    if (now.challenges().token || c.recognised()) return NotApplicable{};
    const std::string scheme = printable(own->view.scheme, 40);
    const std::string token = message_name(own->view.token);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "The credentials of " + name(now.id) + " say " + scheme + " and carry " + token +
                    ", which is " +
                    (own->view.is("NTLM") ? "a token of Negotiate: an NTLM module cannot read it"
                                          : "a token of NTLM: a Kerberos module cannot read it") +
                    ".";
    found.evidence = {request_proof(now, scheme + " with " + token), answer_proof(now, "refused")};
    found.ruled_out = {"the password: no module got a token that it can read"};
    found.not_visible = {"who paired the two: the client, or somebody between who rewrites the scheme"};
    found.consequence = "No password helps until scheme and token fit.";
    return found;
}

constexpr std::string_view kFix[] = {
    "the client must send the token under the scheme it was made for: SPNEGO and Kerberos under Negotiate, "
    "raw "
    "NTLM messages under NTLM",
    "look for a program between that answers one scheme with the token of another"};
constexpr Source kSources[] = {
    {"RFC 4559 4.1", "https://www.rfc-editor.org/rfc/rfc4559#section-4.1"},
    {"MS-NTHT 2.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-ntht/"}};

}  // namespace

extern constinit const Rule nego_envelope_001{
    {.id = "NEGO-ENVELOPE-001",
     .title = "the token is of another kind than the scheme in front of it",
     .severity = Severity::Error,
     .explanation =
         "The scheme's name decides which module of the server reads the token. With the wrong name in "
         "front, a good token is noise.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/negotiate_rules_test.cpp NegoEnvelope001"},
    check};

}  // namespace why401
