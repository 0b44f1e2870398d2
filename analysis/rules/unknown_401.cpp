#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.answered_by_us) return NotApplicable{};
    Found found;
    if (now.from_log_alone()) {
        found.because = "No rule explains " + log_row(now) + ", of " + log_client(now) +
                        (now.user().empty() ? std::string() : " as " + printable(now.user(), 120)) + ".";
        found.evidence = {log_proof(now, now.log->text, "all that is known of it")};
        found.not_visible = {"the request and the answer: a log holds neither"};
        found.consequence = "What follows can only be found out with more evidence.";
        return found;
    }
    found.because =
        "No rule explains the " + std::to_string(now.status) + " of " + name(now.id) + ": " +
        (now.credentials_withheld
             ? std::string("a request whose credentials, if it had any, this record does not show")
         : now.own_credentials() == nullptr
             ? std::string("a request without credentials")
             : "a request with " + now.own_credentials()->view.scheme + " credentials" +
                   (now.user().empty() ? std::string() : " of " + std::string(now.user()))) +
        ", answered by " + std::string(describe(now.page.kind)) + "; offered: " + offered(now.challenges()) +
        ".";
    found.evidence = {request_proof(now, "the request"), answer_proof(now, "the refusal")};
    if (now.page.bytes)
        found.evidence.push_back(
            {now.id, "response.body", now.page.bytes, std::string(describe(now.page.kind))});
    if (now.page.kind == PageKind::Compressed)
        found.not_visible.push_back("the page: its body was compressed");
    if (now.page.hides_substatus()) found.not_visible.push_back("the substatus: the server's page hides it");
    if (now.credentials_withheld) {
        found.severity = Severity::Info;
        found.not_visible.push_back(
            "the credentials: this record does not show them, so a login that was refused and a request "
            "without one "
            "look alike");
        found.first_fix.push_back(
            "record it with why401 open, or as a network log (chrome://net-export, with cookies and "
            "credentials): "
            "both show each request of a login; a HAR of Chrome does not show those that Chrome makes by "
            "itself");
    }
    if (!now.request_seen) found.not_visible.push_back("the request: this record does not hold it");
    found.consequence = "What follows can only be found out with more evidence.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look into the server's own log for the same minute: sc-substatus and sc-win32-status",
    "or a failed request trace (FREB) of this request",
    "if it was not recorded in affinity: repeat it so, to rule out this proxy"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS", ""}};

}  // namespace

extern constinit const Rule unknown_401{
    {.id = "UNKNOWN-401",
     .title = "of something that no rule here recognises",
     .severity = Severity::Error,
     .explanation = "What was checked did not fit, or could not be decided from this record. Better to say "
                    "so than to guess.",
     .fix = kFix,
     .sources = kSources,
     .needs = "nothing",
     .scene = "analysis/refusal_test.cpp Unknown401"},
    check};

}  // namespace why401
