#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    if (c.now.status != 407 || c.now.own_credentials() == nullptr) return NotApplicable{};
    if (c.now.step() == Step::Negotiate) return NotApplicable{};
    const CredentialView& view = c.now.own_credentials()->view;
    const bool known_scheme = c.now.challenges().offers(view.scheme) ||
                              (view.connection_based() && c.now.challenges().connection_based);
    // Nothing in a ticket is the user's to get wrong: the proxy could not open it, or looked for another.
    const bool ticket = view.step == Step::ApReq;
    const bool worked = c.history.accepted.has_value();
    Found found;
    found.confidence = worked || ticket ? Confidence::Possible : Confidence::Likely;
    found.culprit = ticket ? Culprit::Unknown : Culprit::Client;
    found.because = "The next proxy refused the " + printable(view.scheme, 40) + " credentials" +
                    (c.now.user().empty() ? std::string() : " of " + printable(c.now.user(), 80)) + " in " +
                    name(c.now.id) +
                    (!known_scheme ? ": it offers only " + offered(c.now.challenges()) + "."
                     : worked      ? ", although " + name(*c.history.accepted) + " had been let through."
                                   : std::string(" and asks again."));
    found.evidence = {request_proof(c.now, "credentials for the proxy"), answer_proof(c.now, "asks again")};
    found.ruled_out = {"the site: the request never got there"};
    found.not_visible = {"the proxy's reason: its log says"};
    if (ticket) found.not_visible.push_back("whether the proxy has the key of the service the ticket is for");
    if (c.now.method == "CONNECT")
        found.not_visible.push_back(
            "the proxy's page, for the person: programs hide it in answer to CONNECT");
    found.consequence = "Nothing behind that proxy can be reached.";
    return found;
}

constexpr std::string_view kFix[] = {
    "check user name and password for the proxy", "check which schemes the proxy accepts",
    "Kerberos: the ticket must be for HTTP/ and the name by which the client calls the proxy"};
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
