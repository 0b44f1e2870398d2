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

/// A browser may be showing its prompt: people type, look for their password, fetch coffee.
bool may_be_at_a_prompt(const Case& c) {
    const ChallengeFacts& asked = c.now.challenges();
    const bool prompts = asked.connection_based || asked.offers("Basic") || asked.offers("Digest");
    return c.now.web.browser && prompts && !c.now.web.part_of_page &&
           c.sequel.ending == Sequel::Ending::TimedOut;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (auto found = unanswered_in_log(c)) return *std::move(found);
    if (now.status != 401 || !c.gave_up() || !now.challenges().any()) return NotApplicable{};
    if (c.served_elsewhere()) return NotApplicable{};  // it got the page without this login
    const bool halfway = now.challenges().ntlm && now.step() == Step::Negotiate;
    if (!c.anonymous_refusal() && !halfway) return NotApplicable{};
    const bool prompt = may_be_at_a_prompt(c);
    const bool open = prompt || c.sequel.ending == Sequel::Ending::RecordEnded;
    Found found;
    found.confidence = open ? Confidence::Possible : Confidence::Likely;
    found.culprit = open ? Culprit::Unknown : Culprit::Client;
    if (open || now.web.part_of_page) found.severity = Severity::Info;  // it might have answered
    found.because = "The server offered " + offered(now.challenges()) + " in " + name(now.id) +
                    (halfway ? ", with its CHALLENGE," : "") + " and the client on " + name(now.client) +
                    " " + ending(c.sequel) +
                    (prompt ? "; a browser may be waiting for its user to type." : std::string("."));
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
     .needs = "what the client did next",
     .scene = "`why401 proxy --lab`, then http://web01.lab.why401.test/ without credentials"},
    check};

}  // namespace why401
