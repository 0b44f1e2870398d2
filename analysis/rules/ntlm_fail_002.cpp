#include "analysis/ntlm_domain.h"
#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::uint32_t kNoSuchDomain = 1355;

Found wrong_domain(const Case& c, bool own_machine) {
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    const ntlm::AuthenticateMessage& message = *c.now.own_credentials()->view.authenticate();
    const std::string domain = printable(message.domain.text, 80);
    const std::string expected = printable(challenge.message.domain(), 80);
    Found found;
    found.confidence = own_machine ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = "The client logged in as " + login_name(c.now) + " in " + name(c.now.id) + ", and " +
                    (own_machine ? domain + " is the client's own machine: the server knows no such accounts"
                                 : "the server belongs to " + expected + " and does not name " + domain +
                                       ": it finds the user only if the two domains trust each other") +
                    "; " + answer(c) + ".";
    found.evidence = {proof(challenge.exchange, challenge.place, "the server's domain is " + expected),
                      request_proof(c.now, "the client's domain is " + domain),
                      answer_proof(c.now, "refused")};
    found.ruled_out = {"a handshake that was taken apart: both halves used " + name(c.now.upstream)};
    found.not_visible = {"whether the password is right",
                         own_machine ? "whether an account of the same name and password exists on the server"
                                     : "whether " + expected + " trusts " + domain};
    found.consequence = "The password is looked up in the wrong place, so the right one fails too.";
    found.first_fix = {"log in as " + expected + "\\user, or as user@domain"};
    return found;
}

/// Other servers often name a domain of which they know nothing, and look users up in a file.
bool may_be_windows(const ExchangeFacts& now) {
    return now.server == ServerKind::Iis || now.server == ServerKind::HttpSys ||
           now.server == ServerKind::Unknown;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!may_be_windows(now)) return NotApplicable{};
    if (!now.refused() || now.step() != Step::Authenticate || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    if (c.history.accepted || c.ntlm.domain_known || c.history.lost_login || now.lends_connections)
        return NotApplicable{};
    const auto reason = stated_reason(c);
    const bool unknown_domain = reason && reason->known->code == kNoSuchDomain;
    if (reason && !unknown_domain && !reason->is(CodeTopic::Credentials)) return NotApplicable{};
    if (!c.standing.answered) return CannotTell{"the CHALLENGE, which names the server's domain"};
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    if (!now.upstream || challenge.upstream != now.upstream || challenge.interposed) return NotApplicable{};
    const Domain domain = domain_of(c);
    if (domain != Domain::Clients && domain != Domain::Foreign) return NotApplicable{};
    Found found = wrong_domain(c, domain == Domain::Clients);
    if (reason) found.evidence.push_back(reason->stated.where);
    if (unknown_domain) found.confidence = Confidence::Likely;
    return found;
}

constexpr std::string_view kFix[] = {
    "check the domain before the backslash: a program that was given none often fills in its own machine",
    "remove saved credentials of another domain (Credential Manager, the browser's own store)"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.3.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_fail_002{
    {.id = "NTLM-FAIL-002",
     .title = "the login names a domain that is not the server's",
     .severity = Severity::Error,
     .explanation =
         "A user is looked up in the domain that the client names, and NTLMv2 mixes that name into the "
         "proof of the password. A wrong one fails like a wrong password.",
     .fix = kFix,
     .sources = kSources,
     .needs = "CHALLENGE and AUTHENTICATE",
     .scene = "analysis/ntlm_message_test.cpp NtlmFail002"},
    check};

}  // namespace why401
