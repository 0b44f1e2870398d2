#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kAttemptsThatWorry = 5;  // many domains lock an account after five to ten

Verdict check(const Case& c) {
    const auto reason = stated_reason(c);
    if (!reason || !reason->is(CodeTopic::Locked)) return NotApplicable{};
    Found found = found_by_code(c, *reason);
    found.severity = Severity::Error;
    found.culprit = Culprit::Client;
    found.ruled_out = {"the network and the server: the account was asked for and is locked",
                       "the password: it is not even looked at while the account is locked"};
    found.not_visible.push_back(
        "which program used up the attempts: the domain controller's log names its machine");
    found.consequence = "Every login of this account fails, everywhere, until it is unlocked.";
    return found;
}

/// Refusals in a row, over whatever connections.
Verdict risk(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool refused = now.refused() && !now.challenges().ntlm && !now.challenges().stale;
    const bool password = now.step() == Step::Authenticate ||
                          (now.step() == Step::Single && now.own_credentials()->view.basic() != nullptr);
    if (!refused || !password || now.user().empty() || c.recognised()) return NotApplicable{};
    // A handshake that was taken apart is checked by nobody, and counts for nobody.
    if (c.split() || c.history.lost_login || now.lends_connections) return NotApplicable{};
    const std::size_t attempts = c.history.refusals.size() + 1;
    if (attempts < kAttemptsThatWorry || stated_reason(c).has_value()) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = login_name(now) + " was refused " + std::to_string(attempts) +
                    " times within a minute, last in " + name(now.id) +
                    "; many domains lock an account after five to ten such attempts.";
    for (const ExchangeId id : c.history.refusals)
        found.evidence.push_back({id, "response.status", std::nullopt, "refused"});
    found.evidence.push_back(request_proof(now, "and once more"));
    found.not_visible = {"the domain's limit, and attempts that came another way",
                         "whether the account is locked by now"};
    found.consequence = "Once it is locked, the right password is refused as well.";
    return found;
}

constexpr std::string_view kFix[] = {
    "stop the program that keeps trying, then unlock the account",
    "find the source: events 4740 on the domain controller and 4625 on the server name the machine",
    "look for services, scheduled tasks, mapped drives and phones with an old password"};
constexpr Source kSources[] = {
    {"Windows, Account lockout threshold",
     "https://learn.microsoft.com/windows/security/threat-protection/security-policy-settings/"
     "account-lockout-threshold"}};

}  // namespace

extern constinit const Rule acct_lock_001{
    {.id = "ACCT-LOCK-001",
     .title = "the account is locked out, or about to be",
     .severity = Severity::Warning,
     .explanation =
         "Each refused attempt counts against the domain's lockout policy. A locked account is refused "
         "with the right password too.",
     .fix = kFix,
     .sources = kSources,
     .needs =
         "the server's error code (its log, trace or detailed page); for the risk, five refusals in a minute",
     .scene = "analysis/account_test.cpp AcctLock001"},
    check,
    risk};

}  // namespace why401
