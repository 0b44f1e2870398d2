#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 407 || !c.gave_up() || !c.now.challenges().any()) return NotApplicable{};
    const bool halfway = c.now.challenges().ntlm && c.now.step() == Step::Negotiate;
    if (!c.anonymous_refusal() && !halfway) return NotApplicable{};
    // A browser may be showing its prompt, and a record may end before the answer.
    const bool prompt = c.now.web.browser && c.sequel.ending == Sequel::Ending::TimedOut;
    const bool open = prompt || c.sequel.ending == Sequel::Ending::RecordEnded;
    Found found;
    found.confidence = open ? Confidence::Possible : Confidence::Likely;
    found.culprit = open ? Culprit::Unknown : Culprit::Client;
    if (open || c.now.web.part_of_page) found.severity = Severity::Info;
    found.because = "The next proxy asked for a login in " + name(c.now.id) + " (" +
                    offered(c.now.challenges()) + "), and the client on " + name(c.now.client) +
                    (prompt ? " did not answer within 30 s; a browser may be waiting for its user to type."
                     : open ? std::string(" had not answered when the record ended.")
                            : std::string(" never answered."));
    found.evidence = {answer_proof(c.now, "the proxy's challenge")};
    found.ruled_out = {"the site: the request never got there"};
    found.not_visible = {"whether the client lacks credentials for the proxy or does not know the scheme"};
    found.consequence = "Nothing behind that proxy can be reached.";
    return found;
}

constexpr std::string_view kFix[] = {"give the client credentials for the proxy, in a scheme it knows",
                                     "or exempt it at the proxy"};
constexpr Source kSources[] = {{"RFC 9110 11.7.1", "https://www.rfc-editor.org/rfc/rfc9110#section-11.7.1"}};

}  // namespace

extern constinit const Rule proxy_noauth_005{
    {.id = "PROXY-NOAUTH-005",
     .title = "the client never answered the proxy's challenge",
     .severity = Severity::Error,
     .explanation = "A 407 that no request with Proxy-Authorization followed.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the client did next",
     .scene = "analysis/proxy_door_test.cpp ProxyNoauth005; a Squid that asks for a password, and none"},
    check};

}  // namespace why401
