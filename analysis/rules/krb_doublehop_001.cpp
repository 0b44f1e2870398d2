#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::string_view kNobody = "ANONYMOUS LOGON";

/// IIS writes a blank as '+'.
bool log_names_nobody(const ExchangeFacts& now) {
    return now.log && (now.log->user.ends_with(kNobody) || now.log->user.ends_with("ANONYMOUS+LOGON"));
}

bool is_machine(std::string_view user) { return user.ends_with('$'); }

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || now.challenges().ntlm) return NotApplicable{};
    const bool logged = log_names_nobody(now);
    const bool login = now.step() == Step::Authenticate && (now.user().empty() || is_machine(now.user()));
    if (!logged && !login) return NotApplicable{};
    if (!logged && !now.client) return CannotTell{"whether the client is itself a server: its address"};
    if (!logged && !c.client_serves) return NotApplicable{};
    Found found;
    const std::string whom = logged || now.user().empty()
                                 ? std::string("nobody (an anonymous login)")
                                 : printable(now.user(), 120) + ", the account of a machine";
    found.because = "The request of " + name(now.id) + " logs in as " + whom +
                    (c.client_serves ? ", and it comes from a machine that is itself a server in this record"
                                     : std::string()) +
                    ": a front end calls on for its user, whose login ends at the front end.";
    if (logged)
        found.evidence.push_back(log_proof(now, now.log->user, "the server's own log: nobody logged in"));
    if (login) found.evidence.push_back(request_proof(now, "logs in as " + whom));
    found.evidence.push_back(answer_proof(now, "refused"));
    found.not_visible = {"for whom the front end asked", "what the front end may delegate: its account says"};
    found.consequence = "The front end shows its user an error of its own.";
    return found;
}

constexpr std::string_view kFix[] = {
    "Kerberos from the user to the front end, and delegation (best constrained or resource-based) for the "
    "front "
    "end's account to HTTP/backend",
    "or let the front end use an account of its own for the back end; NTLM can never be passed on"};
constexpr Source kSources[] = {{"Kerberos constrained delegation overview",
                                "https://learn.microsoft.com/windows-server/security/kerberos/"
                                "kerberos-constrained-delegation-overview"}};

}  // namespace

extern constinit const Rule krb_doublehop_001{
    {.id = "KRB-DOUBLEHOP-001",
     .title = "the user's login stops at the first server and does not reach the second (double hop)",
     .severity = Severity::Error,
     .explanation =
         "A server that got a user's NTLM login cannot show it to another server, and with Kerberos it "
         "can only when it was allowed to delegate. What arrives behind is nobody, or the machine itself.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both hops in one record, or the back end's log",
     .scene = "analysis/fallback_test.cpp KrbDoublehop001"},
    check};

}  // namespace why401
