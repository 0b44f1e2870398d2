#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    const Binding binding = binding_of(now, c.standing);
    if (binding.to != Bound::Nothing) return NotApplicable{};
    // A refused login without a binding is a wrong password until something points at the binding.
    const bool stated = says_bad_bindings(now);
    const bool token = states_code(now, kInvalidToken) && c.standing.answered && !c.split();
    const bool proven = c.history.accepted && !c.history.lenient.none;
    if (!stated && !token && !proven) return NotApplicable{};
    const bool zero = binding.sent == "zero";
    Found found;
    found.confidence = stated ? Confidence::Certain : Confidence::Possible;
    found.culprit = stated ? Culprit::Client : Culprit::Unknown;
    found.because = "The login of " + who(now.user()) + " in " + name(now.id) + " over TLS to " +
                    host_of(now) +
                    (zero ? " carries a channel binding of zeros" : " carries no channel binding") +
                    ", and " + answer(c) +
                    (stated ? ": the server insists on one."
                            : ": a server that insists on one (Extended Protection) refuses that.");
    found.evidence = {zero ? av_proof(now, ntlm::kAvChannelBindings, "MsvAvChannelBindings of zeros")
                           : request_proof(now, "an AUTHENTICATE without MsvAvChannelBindings"),
                      answer_proof(now, "refused")};
    if (stated || token) {
        found.evidence.push_back(stated_code(now)->where);
        found.evidence.back().says =
            stated ? "the server says: bad channel bindings" : "the server says: a token it cannot use";
    }
    if (c.history.accepted)
        found.evidence.push_back(
            {*c.history.accepted, "response.status", std::nullopt, "the same user was let in here"});
    found.ruled_out = {"this proxy's certificate: the login is bound to none"};
    found.not_visible = {"whether the password is right"};
    if (!stated) found.not_visible.push_back("the server's settings: its log says 0x80090346 if this is it");
    found.consequence = "This client program cannot log in there, with any password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "use a client that sends channel bindings (browsers do; curl and libraries: a newer version, or an "
    "option)",
    "or let the server accept logins without one (IIS: extendedProtection tokenChecking Allow)"};
constexpr Source kSources[] = {
    {"Extended Protection for Authentication, IIS",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/extendedprotection/"}};

}  // namespace

extern constinit const Rule cbt_none_002{
    {.id = "CBT-NONE-002",
     .title = "the client sent no channel binding, and the server insists on one",
     .severity = Severity::Error,
     .explanation =
         "A server that requires Extended Protection refuses a login over TLS that is not bound to "
         "its certificate. Many client libraries send no binding.",
     .fix = kFix,
     .sources = kSources,
     .needs = "an AUTHENTICATE over TLS, and the server's word or an earlier success of the same user",
     .scene = "`why401 proxy --lab --intercept all`, then curl --ntlm at "
              "https://epa-require.lab.why401.test/?detailed=1"},
    check};

}  // namespace why401
