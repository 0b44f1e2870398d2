#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || !c.standing.client || !c.standing.client->upstream_closing)
        return NotApplicable{};
    const ClientLogin& login = *c.standing.client;
    const Closing& closing = *login.upstream_closing;
    if (!now.upstream || now.upstream == login.upstream || closing.by != ClosedBy::Peer)
        return NotApplicable{};
    const std::int64_t idle = now.timing.started.steady_us - closing.at.steady_us;
    Found found;
    found.confidence = closing.kind == CloseKind::Fin ? Confidence::Likely : Confidence::Possible;
    found.culprit = closing.kind == CloseKind::Fin ? Culprit::Server : Culprit::Network;
    found.because = login.identity.empty() ? std::string("The login") : "The login of " + login.identity;
    found.because += " (" + name(login.by) + ") ended with " + name(login.upstream) +
                     ", which the other end had closed" +
                     (idle > 0 ? " " + duration(idle) + " before" : std::string()) + "; " + name(now.id) +
                     " had to use " + name(now.upstream) + " and starts a new login there.";
    found.evidence = {proof(login.by, login.place, "logged in on " + name(login.upstream)),
                      request_proof(now, "sent on the new " + name(now.upstream)),
                      answer_proof(now, "asks for a login again")};
    found.ruled_out = {"pooling: the old connection was gone"};
    found.not_visible = {"why the other end closed; servers do so after a time without requests"};
    found.consequence = "Harmless: the client logs in again, at worst with a prompt.";
    found.outcome = {};  // the client goes on
    return found;
}

constexpr std::string_view kFix[] = {
    "nothing, unless it happens often: then let the server keep idle connections longer"};
constexpr Source kSources[] = {{"HTTP API error log, Timer_ConnectionIdle",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/aspnet/"
                                "site-behavior-performance/error-logging-http-apis"}};

}  // namespace

extern constinit const Rule ntlm_idle_001{
    {.id = "NTLM-IDLE-001",
     .title = "the server had closed the idle connection, and the login went with it",
     .severity = Severity::Info,
     .explanation = "An NTLM login lives as long as its connection. After a pause the server closes it, and "
                    "the next request starts from the beginning.",
     .fix = kFix,
     .sources = kSources,
     .needs = "connection ids and who closed them",
     .scene = "analysis/handshake_test.cpp NtlmIdle001"},
    check};

}  // namespace why401
