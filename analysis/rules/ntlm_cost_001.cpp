#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr unsigned kTellsOfHabit = 3;

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.step() != Step::Authenticate || !now.let_in() || c.ntlm.logins_in_row < kTellsOfHabit)
        return NotApplicable{};
    const bool via = now.via_received || now.via_added;
    const bool server = now.persistent_auth == std::optional(false);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = now.via_added ? Culprit::ThisProxy
                    : via         ? Culprit::Intermediary
                    : server      ? Culprit::Server
                                  : Culprit::Unknown;
    found.because = who(now.user()) + " logged in " + std::to_string(c.ntlm.logins_in_row) +
                    " times in a row on " + name(now.client) + ", last in " + name(now.id) +
                    ", and no request in between used the login that was there" +
                    (server ? "; the server says that it keeps none (Persistent-Auth: false)."
                     : via  ? "; the requests carry a Via field, and IIS keeps no login for those."
                            : ".");
    found.evidence = {request_proof(now, "a whole login again"), proof(now.id, now.status_line, "accepted")};
    found.not_visible = {"whether the client wants it so or the server asks each time"};
    found.consequence = "Each page costs three round trips and a question to a domain controller.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client keep its login with its connection (.NET: UnsafeAuthenticatedConnectionSharing, or one "
    "handler for all requests)",
    "IIS: authPersistSingleRequest=false; no Via field on the way to it"};
constexpr Source kSources[] = {
    {"MS-N2HT 2.2.1, Persistent-Auth", "https://learn.microsoft.com/openspecs/windows_protocols/ms-n2ht/"}};

}  // namespace

extern constinit const Rule ntlm_cost_001{
    {.id = "NTLM-COST-001",
     .title = "every request logs in anew",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation =
         "An NTLM login lasts as long as its connection. Logging in for each request works, and makes "
         "everything slow.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the client's connection",
     .scene = "analysis/ntlm_circles_test.cpp NtlmCost001"},
    check};

}  // namespace why401
