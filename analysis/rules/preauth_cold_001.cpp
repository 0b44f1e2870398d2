#include "analysis/log_trail.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::int64_t kSlow = 3'000'000;  // KB 2749007 shows 5005 ms

/// A row that looks like a CHALLENGE, but took seconds, came first, and led to nothing by itself.
bool cold_in_log(const Case& c) {
    return log_leg(c.now) == LogLeg::Challenge && number(c.trail.asked) == 0 && c.gave_up() &&
           !c.trail.server_was_busy && c.now.log->taken_ms.value_or(0) * std::int64_t{1000} >= kSlow;
}

/// The first request of its connection carried a token, and the answer, seconds later, carries none.
bool cold_on_wire(const Case& c) {
    const ExchangeFacts& now = c.now;
    const std::int64_t took = now.timing.response_head.steady_us - now.timing.started.steady_us;
    return now.status == 401 && now.step() == Step::Negotiate && now.response_seen && !now.answered_by_us &&
           !now.challenges().token && now.challenges().connection_based && took >= kSlow &&
           !c.standing.client && !c.standing.server && states_code(now, kNoCredentials);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool log = cold_in_log(c);
    if (!log && !cold_on_wire(c)) return NotApplicable{};
    const std::int64_t took = log ? std::int64_t{*now.log->taken_ms} * 1000
                                  : now.timing.response_head.steady_us - now.timing.started.steady_us;
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because =
        (log ? log_client(now) : "The client on " + name(now.client)) +
        " sent its first request with a login already in it, in " + (log ? log_row(now) : name(now.id)) +
        "; the server took " + duration(took) +
        " and answered 401.1 without a word about that login: so IIS with kernel-mode authentication "
        "treats the first such request to an application that was not running.";
    found.evidence = {log ? log_proof(now, std::to_string(now.log->win32.value_or(0)),
                                      "no credentials: none were looked at")
                          : request_proof(now, "the login came with the very first request")};
    if (!log) found.evidence.push_back(answer_proof(now, "asks as if there had been no login"));
    found.ruled_out = {"the password: it was not looked at"};
    found.not_visible = {
        "whether the application was cold: its event log shows when the worker process started"};
    if (log) found.not_visible.push_back("whether the request carried a login: no log shows that");
    found.consequence = "The next attempt works; a client that does not make one shows the 401.";
    found.outcome = "";
    return found;
}

constexpr std::string_view kFix[] = {
    "keep the application running (start mode AlwaysRunning, preload), or warm it up after a recycle",
    "let the client make a second attempt, or not send a login before it is asked (Internet Explorer: "
    "DisableNTLMPreAuth=1)",
    "or switch kernel-mode authentication off for this application"};
constexpr Source kSources[] = {{"KB 2749007: 401 with a pre-authentication header",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
                                "www-authentication-authorization/401-error-preauthentication-header"}};

}  // namespace

extern constinit const Rule preauth_cold_001{
    {.id = "PREAUTH-COLD-001",
     .title = "the application was just starting and overlooked a login that came with the first request",
     .severity = Severity::Warning,
     .explanation = "With kernel-mode authentication the first request to an application that is not running "
                    "loses the login it carries. This is by design, and goes away by itself.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the time the request took, and the server's code 0x8009030E from log or page",
     .scene = "tests/logs/rules_test.cpp PreauthCold001"},
    check};

}  // namespace why401
