#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// NTLM may stand inside Negotiate, and either answers an offer of the other's family.
bool takes(const ChallengeFacts& challenges, const CredentialView& view) {
    return challenges.offers(view.scheme) || (view.connection_based() && challenges.connection_based);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (!now.refused() || own == nullptr || own->view.scheme.empty() || own->view.step == Step::Empty)
        return NotApplicable{};
    if (!now.challenges().any()) return CannotTell{"what the server offers: it answered without a challenge"};
    if (takes(now.challenges(), own->view)) return NotApplicable{};
    const bool says_so = c.says_substatus("401.2");
    Found found;
    found.confidence = says_so ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The client sent " + printable(own->view.scheme, 40) + " credentials" +
                    (now.user().empty() ? std::string() : " of " + who(now.user())) + " in " + name(now.id) +
                    ", but the server offers only " + offered(now.challenges()) + ", so " + answer(c) + ".";
    found.evidence = {request_proof(now, "a scheme that was not offered"),
                      answer_proof(now, "what the server takes")};
    if (const auto says = substatus_proof(now, c.substatus); says_so && says) found.evidence.push_back(*says);
    found.ruled_out = {"the password: a server does not look at credentials of a scheme that is off"};
    if (!says_so) found.not_visible = {"whether the scheme is switched on but not announced"};
    found.consequence = "No password can help until both sides use the same scheme.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client use a scheme that the server offers (curl: --ntlm, --negotiate, --basic, or --anyauth)",
    "or switch the client's scheme on at the server (IIS: Authentication, for this site or folder)"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.2", ""},
                               {"RFC 9110 11.6.1", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"}};

}  // namespace

extern constinit const Rule client_unsolicited_003{
    {.id = "CLIENT-UNSOLICITED-003",
     .title = "the client used a scheme that the server does not offer",
     .severity = Severity::Error,
     .explanation =
         "A server looks only at credentials of the schemes it has switched on. Others count as none.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials and the server's challenges",
     .scene = "`why401 proxy --lab`, then curl --basic at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
