#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || !c.gave_up()) return NotApplicable{};
    const ChallengeFacts& received = now.received[now.space];
    const ChallengeFacts& forwarded = now.forwarded[now.space];
    const bool ours = forwarded.lines < received.lines && forwarded.schemes.size() == received.schemes.size();
    const bool theirs = received.lines == 1 && received.schemes.size() > 1 && !now.intermediary.empty();
    if (!ours && !theirs) return NotApplicable{};
    Found found;
    found.confidence = ours ? Confidence::Likely : Confidence::Possible;
    found.culprit = ours ? Culprit::ThisProxy : Culprit::Intermediary;
    found.because = ours ? "The server offered " + offered(received) + " on " +
                               std::to_string(received.lines) + " lines in " + name(now.id) +
                               ", this proxy passed them on as " + std::to_string(forwarded.lines) +
                               (now.was_injected("join-challenges") ? " (fault join-challenges)" : "") +
                               ", and the client on " + name(now.client) + " answered nothing."
                         : "The challenges of " + name(now.id) + " (" + offered(received) +
                               ") came on one line, through somebody on the way (" +
                               printable(now.intermediary) + "), and the client answered nothing.";
    found.evidence = {
        proof(now.id, received.place, ours ? "one of the lines as received" : "all challenges on one line")};
    if (theirs && now.intermediary_place)
        found.evidence.push_back(proof(now.id, *now.intermediary_place, "a mark of an intermediary"));
    found.ruled_out = {"a server that offers nothing: it offered " + offered(received)};
    found.not_visible = {"whether this client would have answered separate lines"};
    if (theirs) found.not_visible.push_back("on how many lines the server had sent them");
    found.consequence = "Clients that read one challenge per line find no scheme they know.";
    if (now.was_injected("join-challenges"))
        found.first_fix = {"switch the fault off: why401 fault join-challenges off"};
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {"pass each WWW-Authenticate line on as it came"};
constexpr Source kSources[] = {
    {"RFC 9110 11.6.1 on several challenges in one field",
     "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"},
    {"node-http-proxy pull request 727", "https://github.com/http-party/node-http-proxy/pull/727"}};

}  // namespace

extern constinit const Rule ntlm_join_001{
    {.id = "NTLM-JOIN-001",
     .title = "a proxy joined the server's challenges into one line, and the client did not understand them",
     .severity = Severity::Warning,
     .explanation =
         "The grammar allows several challenges in one field, but many clients read only the first or none.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the response as received and as passed on, and what the client did next",
     .scene = "`why401 proxy --lab --fault join-challenges`, then log in at http://web01.lab.why401.test/"},
    check};

}  // namespace why401
