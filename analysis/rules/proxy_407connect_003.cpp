#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 407 || now.method != "CONNECT" || now.answered_by_us) return NotApplicable{};
    if (!c.anonymous_refusal() || !now.challenges().any()) return NotApplicable{};
    if (!c.gave_up() || c.served_elsewhere()) return NotApplicable{};
    const bool ended = c.sequel.ending == Sequel::Ending::RecordEnded;
    Found found;
    found.confidence = ended ? Confidence::Possible : Confidence::Certain;
    if (!ended && c.sequel.ending == Sequel::Ending::TimedOut) found.confidence = Confidence::Likely;
    found.culprit = ended ? Culprit::Unknown : Culprit::Client;
    found.because = "The client asked the next proxy for a way to " + printable(now.url, 120) + " in " +
                    name(now.id) + ", the proxy wanted a login first (" + offered(now.challenges()) +
                    "), and the client on " + name(now.client) + " " +
                    (ended ? "had not given one when the record ended." : "did not give one.");
    found.evidence = {proof(now.id, now.request_line, "a tunnel is asked for"),
                      answer_proof(now, "the proxy's challenge")};
    found.ruled_out = {"the site: nothing was sent to it"};
    found.not_visible = {
        "whether the client has no login for the proxy or may not use the schemes it offers"};
    found.consequence =
        "The person sees a failed connection or tunnel, not a login: programs do not show the "
        "proxy's page in answer to CONNECT.";
    return found;
}

constexpr std::string_view kFix[] = {"give the client a login for the proxy, in a scheme that both know",
                                     "or let the proxy pass this host, or this client, without one"};
constexpr Source kSources[] = {{"RFC 9110 9.3.6", "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6"}};

}  // namespace

extern constinit const Rule proxy_407connect_003{
    {.id = "PROXY-407CONNECT-003",
     .title = "the proxy wanted a login before it opened the way to an https site, and the client gave none",
     .severity = Severity::Error,
     .explanation =
         "For https a client asks the proxy for a tunnel (CONNECT). A 407 to that is hidden from the "
         "person: the program reports that it cannot connect.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the client did next",
     .scene = "analysis/proxy_door_test.cpp Proxy407connect003"},
    check};

}  // namespace why401
