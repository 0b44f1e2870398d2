#include "analysis/httperr_reasons.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What every such log is full of: clients that leave, connections that grow idle, sites that are not there.
bool is_everyday(const ExchangeFacts& now) {
    for (const std::string_view begin : {"Timer_ConnectionIdle", "Connection_Dropped", "Client_Reset"})
        if (now.log->reason.starts_with(begin)) return true;
    return now.status == 404;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.log || now.log->source != LogLine::Source::HttpErr || now.log->reason.empty())
        return NotApplicable{};
    const HttpErrReason* reason = httperr_reason(now.log->reason);
    const std::string word = printable(now.log->reason, 60);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = reason == nullptr ? Culprit::Unknown : reason->culprit;
    found.because = "http.sys, the part of Windows in front of IIS, dealt with " + name(now.id) + " itself" +
                    (now.status == 0 ? std::string() : " and answered " + std::to_string(now.status)) + ": " +
                    word + (reason == nullptr ? "." : ", " + std::string(reason->why) + ".");
    found.evidence = {log_proof(now, now.log->reason, "the reason, in http.sys's own log")};
    found.ruled_out = {"the login: no application and no authentication module of IIS finished this request"};
    found.consequence = "IIS's own log has no row for it.";
    if (reason != nullptr) found.first_fix = {std::string(reason->cure)};
    if (now.status == 0) found.severity = Severity::Warning;
    if (is_everyday(now)) found.severity = Severity::Info;
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {"compare the HTTPERR log and the System event log of that minute"};
constexpr Source kSources[] = {
    {"Error logging in HTTP APIs (KB 820729)",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/aspnet/site-behavior-"
     "performance/error-logging-http-apis"}};

}  // namespace

extern constinit const Rule time_httperr_001{
    {.id = "TIME-HTTPERR-001",
     .title = "the request never got through IIS: http.sys ended it",
     .severity = Severity::Error,
     .explanation =
         "http.sys answers malformed and oversized requests itself, and those for which there is no worker. "
         "Only its own log, HTTPERR, tells.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the HTTPERR log of the server",
     .scene = "tests/logs/rules_test.cpp TimeHttperr001"},
    check};

}  // namespace why401
