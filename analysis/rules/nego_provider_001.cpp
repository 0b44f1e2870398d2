#include <algorithm>

#include "analysis/fallback.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

bool offers_negotiate(const ChallengeFacts& challenges) {
    return std::any_of(challenges.schemes.begin(), challenges.schemes.end(), [](const std::string& scheme) {
        return binds_to_connection(scheme) && !same_name(scheme, "NTLM");
    });
}

Found found_for(const Case& c, std::string because) {
    Found found;
    found.confidence = Confidence::Likely;
    found.because = std::move(because);
    found.evidence = {request_proof(c.now, "what the client can do"),
                      answer_proof(c.now, "what the server takes")};
    found.ruled_out = {"the password: it had not come to that"};
    found.consequence = "Client and server have no mechanism in common here.";
    return found;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us || c.recognised()) return NotApplicable{};
    const ChallengeFacts& offers = now.challenges();
    const bool reject = neg_state(now) == spnego::NegState::Reject && krb_error(now) == nullptr;
    if (server_picks_ntlm(now) && !c.answered()) {
        Found found = found_for(c, "The client showed a Kerberos ticket in " + name(now.id) +
                                       ", the server asked it to go on with NTLM, and the client did not.");
        found.confidence = Confidence::Possible;
        if (c.sequel.ending == Sequel::Ending::RecordEnded) found.severity = Severity::Info;
        found.not_visible = {"whether the client has a password for NTLM, or may not use it"};
        return found;
    }
    if (offers.token && !reject) return NotApplicable{};
    if (now.step() == Step::ApReq && offers.offers("NTLM") && !offers_negotiate(offers)) {
        Found found = found_for(c, "The client showed a Kerberos ticket in " + name(now.id) +
                                       ", but the server offers " + offered(offers) +
                                       " and not Negotiate: it "
                                       "does not look at tickets.");
        found.culprit = Culprit::Server;
        return found;
    }
    if (now.step() == Step::Negotiate && offers_negotiate(offers) && !offers.offers("NTLM")) {
        if (c.standing.under_way) return NotApplicable{};  // it came into the middle of another login
        Found found = found_for(c, "The client began an NTLM login in " + name(now.id) +
                                       " and the server, which "
                                       "offers " +
                                       offered(offers) + ", " +
                                       (reject ? "rejected it" : "answered without a CHALLENGE") +
                                       ": it takes Kerberos only.");
        found.not_visible = {"why the client has no ticket for this host: klist get HTTP/host says",
                             "the server's list of mechanisms"};
        return found;
    }
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "IIS: Windows Authentication, Providers: Negotiate and NTLM, in this order; Negotiate:Kerberos shuts "
    "NTLM out",
    "Apache: GssapiAllowedMech says which mechanisms are taken",
    "or get the client a ticket: a domain account, the host's registered name, a way to the domain "
    "controller"};
constexpr Source kSources[] = {
    {"IIS, windowsAuthentication providers",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/providers/"}};

}  // namespace

extern constinit const Rule nego_provider_001{
    {.id = "NEGO-PROVIDER-001",
     .title = "client and server have no mechanism in common: one wants Kerberos, the other NTLM",
     .severity = Severity::Error,
     .explanation =
         "A server has a list of mechanisms that it takes, and a client can only do what its account, "
         "name and network allow.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's token and the server's offers",
     .scene = "tests/real/kerberos_refused_test.py test_an_ntlm_login_where_only_kerberos_is_taken"},
    check};

}  // namespace why401
