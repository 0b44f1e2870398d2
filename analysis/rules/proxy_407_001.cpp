#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 407 || c.now.own_credentials() == nullptr) return NotApplicable{};
    if (c.now.step() == Step::Negotiate) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The next proxy refused the " + c.now.own_credentials()->view.scheme +
                    " credentials of " + who(c.now.user()) + " in " + name(c.now.id) + ".";
    found.evidence = {request_proof(c.now, "credentials for the proxy"), answer_proof(c.now, "asks again")};
    found.ruled_out = {"the site: the request never got there"};
    found.not_visible = {"the proxy's reason: its log says"};
    found.consequence = "Nothing behind that proxy can be reached.";
    return found;
}

constexpr std::string_view kFix[] = {"check user name and password for the proxy",
                                     "check which schemes the proxy accepts"};
constexpr Source kSources[] = {{"RFC 9110 11.7.1", "https://www.rfc-editor.org/rfc/rfc9110#section-11.7.1"}};

}  // namespace

extern constinit const Rule proxy_407_001{
    {.id = "PROXY-407-001",
     .title = "the proxy refused the credentials it was given",
     .severity = Severity::Error,
     .explanation = "A 407 to a request that carried Proxy-Authorization.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request and the proxy's answer",
     .scene = "analysis/proxy_door_test.cpp Proxy407001; a Squid that asks for a password, and a wrong one"},
    check};

}  // namespace why401
