#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || !c.anonymous_refusal() || !c.around.led_here || now.answered_by_us)
        return NotApplicable{};
    const LedAway& led = *c.around.led_here;
    if (host_part(led.from) == host_part(now.origin)) return NotApplicable{};  // REDIR-HTTPS-002
    // A client that goes on to log in there has lost nothing.
    const bool dead_end = !now.challenges().any();
    if (!dead_end && (!c.gave_up() || c.served_elsewhere())) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = printable(led.from, 120) + " knew the client (" + printable(led.scheme, 40) + ", " +
                    name(led.by) + ") and sent it on to " + printable(now.origin, 120) +
                    "; the client followed in " + name(now.id) +
                    " without credentials, as it must at another host, and " + answer(c) + ".";
    found.evidence = {proof(led.by, led.place, "the redirect to another host"),
                      request_proof(now, "the request that followed it, without credentials"),
                      answer_proof(now, "refused there")};
    found.ruled_out = {"an intermediary that removes credentials: clients keep them back by themselves"};
    found.not_visible = {"whether the client has a login for " + printable(host_of(now), 120) + " at all"};
    found.consequence = "Whoever follows this redirect arrives as a stranger.";
    return found;
}

constexpr std::string_view kFix[] = {
    "give the client a login of its own for the host that the redirect leads to, or ask that host directly",
    "or let the first server answer under one name, without a redirect to another",
    "curl: --location-trusted sends the credentials on; only for hosts that you trust with them"};
constexpr Source kSources[] = {
    {"RFC 9110 15.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4"},
    {"curl, --location-trusted", "https://curl.se/docs/manpage.html#--location-trusted"}};

}  // namespace

extern constinit const Rule redir_drop_001{
    {.id = "REDIR-DROP-001",
     .title = "a redirect led to another host, where the client does not send its credentials",
     .severity = Severity::Error,
     .explanation = "Clients do not carry credentials from one host to another when they follow a redirect: "
                    "anybody could collect them that way.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the redirect and the request that followed it",
     .scene = "analysis/redirect_test.cpp RedirDrop001"},
    check};

}  // namespace why401
