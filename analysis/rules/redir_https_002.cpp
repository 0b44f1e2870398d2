#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || !c.anonymous_refusal() || !c.around.led_here || now.answered_by_us)
        return NotApplicable{};
    const LedAway& led = *c.around.led_here;
    if (host_part(led.from) != host_part(now.origin)) return NotApplicable{};  // REDIR-DROP-001
    const bool dead_end = !now.challenges().any();
    if (!dead_end && (!c.gave_up() || c.served_elsewhere())) return NotApplicable{};
    Found found;
    found.culprit = Culprit::Server;
    found.because = "The client logged in at " + printable(led.from, 120) + " (" + printable(led.scheme, 40) +
                    ", " + name(led.by) + ") and was sent to " + printable(now.origin, 120) +
                    ", the same host another way, which asks anew: it offers " + offered(now.challenges()) +
                    " in " + name(now.id) + ", and the client did not answer.";
    found.evidence = {proof(led.by, led.place, "the redirect, after a login"),
                      request_proof(now, "the request that followed it, without credentials"),
                      answer_proof(now, "refused on the other side")};
    found.not_visible = {"whether the client would have answered a second time"};
    found.consequence = "The login happens on the side that does not need it.";
    if (now.origin.starts_with("https://")) found.consequence += " It also crossed the network without TLS.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the http side redirect before it asks for a login, for every path",
    "give both sides the same authentication settings (IIS: two bindings may belong to two sites)"};
constexpr Source kSources[] = {{"RFC 9110 4.3.3", "https://www.rfc-editor.org/rfc/rfc9110#section-4.3.3"}};

}  // namespace

extern constinit const Rule redir_https_002{
    {.id = "REDIR-HTTPS-002",
     .title =
         "the login was asked for on one side of a redirect between http and https, and is needed on the "
         "other",
     .severity = Severity::Warning,
     .explanation = "http and https, or two ports, are different sites to a client even under one name: a "
                    "login at one is none at the other.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the redirect and the request that followed it",
     .scene = "analysis/redirect_test.cpp RedirHttps002"},
    check};

}  // namespace why401
