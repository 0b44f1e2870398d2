#include "analysis/log_findings.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

std::string ending(const Sequel& sequel) {
    switch (sequel.ending) {
        case Sequel::Ending::ClientClosed: return "closed the connection without answering";
        case Sequel::Ending::TimedOut: return "did not answer within 30 s";
        case Sequel::Ending::StartedAnew: return "began again instead of answering";
        default: return "had not answered when the record ended";
    }
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (auto found = unanswered_in_log(c)) return *std::move(found);
    if (now.status != 401 || !c.gave_up() || !now.challenges().any()) return NotApplicable{};
    if (c.served_elsewhere()) return NotApplicable{};  // it got the page without this login
    const bool halfway = now.challenges().ntlm && now.step() == Step::Negotiate;
    if (!c.anonymous_refusal() && !halfway) return NotApplicable{};
    const bool ended = c.sequel.ending == Sequel::Ending::RecordEnded;
    Found found;
    found.confidence = ended ? Confidence::Possible : Confidence::Likely;
    found.culprit = ended ? Culprit::Unknown : Culprit::Client;
    if (ended) found.severity = Severity::Info;  // it might have answered
    found.because = "The server offered " + offered(now.challenges()) + " in " + name(now.id) +
                    (halfway ? ", with its CHALLENGE," : "") + " and the client on " + name(now.client) +
                    " " + ending(c.sequel) + ".";
    found.evidence = {request_proof(now, halfway ? "the login had begun" : "no credentials"),
                      answer_proof(now, "what it could have answered")};
    found.ruled_out = {"this proxy: the challenges were passed on as they came"};
    found.not_visible = {
        "whether it lacks credentials, may not use them here, does not know the scheme, or the user "
        "cancelled"};
    if (c.substatus && c.substatus->basis == SubstatusBasis::Inferred && now.page.hides_substatus())
        found.not_visible.push_back("the substatus: the server's page hides it");
    if (now.page.kind == PageKind::Compressed)
        found.not_visible.push_back("the page: its body was compressed");
    found.consequence = "The client shows the 401.";
    return found;
}

constexpr std::string_view kFix[] = {
    "give the client credentials and a scheme it may use (curl: --ntlm or --negotiate with -u)",
    "browsers: the site must be in the zone or list for which they log in by themselves",
    "scripts in a page: withCredentials, or credentials: 'include'"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.2", ""}};

}  // namespace

extern constinit const Rule client_noauth_001{
    {.id = "CLIENT-NOAUTH-001",
     .title = "the client never answered the server's challenge",
     .severity = Severity::Error,
     .explanation = "The server said what it accepts, and the client left it at that.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the client did next"},
    check};

}  // namespace why401
