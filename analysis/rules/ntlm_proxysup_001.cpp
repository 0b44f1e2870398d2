#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || !c.gave_up() || now.status != 401) return NotApplicable{};
    // Inside a tunnel there is no proxy to speak of, and a client with another scheme at hand needs none of
    // this.
    if (now.in_tunnel || !now.plain_http || !now.challenges().only_connection_based) return NotApplicable{};
    if (now.proxy_support_forwarded || !now.has_decision) return NotApplicable{};
    const bool ours = now.was_injected("drop-proxy-support") || now.proxy_support_received;
    Found found;
    found.confidence = ours ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::ThisProxy;
    found.because = "The answer to " + name(now.id) + " offers only " + offered(now.challenges()) +
                    " through a proxy, and this proxy " +
                    (now.was_injected("drop-proxy-support") ? "left out (fault drop-proxy-support)"
                     : ours                                 ? "removed"
                                                            : "did not add") +
                    " Proxy-Support: Session-Based-Authentication, without which some clients (.NET among "
                    "them) do not try; this one on " +
                    name(now.client) + " did not.";
    found.evidence = {answer_proof(now, "schemes that live in the connection"),
                      proof(now.id, now.status_line, "no Proxy-Support went with it")};
    found.ruled_out = {"a server that offers nothing usable"};
    found.not_visible = {"whether this client looks at the field at all: browsers do not",
                         "whether it had credentials to offer"};
    found.consequence = "Such clients give up at the first 401.";
    if (now.was_injected("drop-proxy-support"))
        found.first_fix = {"switch the fault off: why401 fault drop-proxy-support off"};
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the proxy add Proxy-Support: Session-Based-Authentication when it keeps connections apart (this one "
    "does in affinity)"};
constexpr Source kSources[] = {{"RFC 4559 6", "https://www.rfc-editor.org/rfc/rfc4559#section-6"}};

}  // namespace

extern constinit const Rule ntlm_proxysup_001{
    {.id = "NTLM-PROXYSUP-001",
     .title = "the proxy did not say that it keeps connections apart, so the client did not dare to log in",
     .severity = Severity::Warning,
     .explanation = "RFC 4559 asks a proxy to announce that it supports logins that live in a connection; "
                    "clients may refuse without.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the response as passed on, and what the client did next",
     .scene = "`why401 proxy --lab --fault drop-proxy-support`, then a .NET client without credentials"},
    check};

}  // namespace why401
