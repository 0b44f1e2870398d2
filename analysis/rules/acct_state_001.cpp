#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

struct Advice {
    std::uint32_t code;
    Culprit culprit;
    const char* text;
};

/// Whose the matter is: the account's own state, or a right that this server does not grant.
constexpr Advice kAdvice[] = {
    {1314, Culprit::Server, "give the account the privilege that the server's log names"},
    {1327, Culprit::Client,
     "look for an empty password, a logon restriction, or the group Protected Users, whose members cannot "
     "use NTLM"},
    {1328, Culprit::Client, "look at the logon hours of the account"},
    {1329, Culprit::Unknown,
     "look at the computers that the account may log on to, and whether the server's security log is full"},
    {1330, Culprit::Client, "let the user change the password: it has expired"},
    {1331, Culprit::Client, "enable the account, if it should be"},
    {1380, Culprit::Server, "grant the right to log on in the server's security policy"},
    {1384, Culprit::Client, "take the account out of some groups"},
    {1385, Culprit::Server,
     "grant the right in the server's security policy: Access this computer from the network; for Basic also "
     "Log "
     "on locally; and look for a Deny entry"},
    {1793, Culprit::Client, "look at the end date of the account"},
    {1907, Culprit::Client, "let the user log on to Windows once and set a new password"},
    {1935, Culprit::Server,
     "grant Allowed to authenticate on this server's computer account to the users of the "
     "other domain"},
};

Verdict check(const Case& c) {
    const auto reason = stated_reason(c);
    if (!reason || !reason->is(CodeTopic::Account)) return NotApplicable{};
    const std::string_view module = c.now.log ? std::string_view(c.now.log->module) : c.now.page.module;
    if (module == "AnonymousAuthenticationModule") return NotApplicable{};  // nobody's: IIS-4011-ANON
    Found found = found_by_code(c, *reason);
    found.culprit = Culprit::Unknown;
    for (const Advice& advice : kAdvice) {
        if (advice.code != reason->known->code) continue;
        found.culprit = advice.culprit;
        found.first_fix = {advice.text};
    }
    found.ruled_out = {"the user name: the account is known",
                       "connections and proxies: the login was checked"};
    found.consequence = "This account cannot log in here until that is changed; others can.";
    return found;
}

constexpr std::string_view kFix[] = {
    "compare with an account that works",
    "read event 4625 in the server's security log: its sub status says the same"};
constexpr Source kSources[] = {
    {"Windows system error codes 1300-1699",
     "https://learn.microsoft.com/windows/win32/debug/system-error-codes--1300-1699-"},
    {"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.1", ""}};

}  // namespace

extern constinit const Rule acct_state_001{
    {.id = "ACCT-STATE-001",
     .title = "the account is known and may not log in",
     .severity = Severity::Error,
     .explanation =
         "Name and password are only the first question. The account can be disabled, expired, limited to "
         "hours or computers, or lack a right on this server.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's error code: its log, trace or detailed page",
     .scene = "analysis/account_test.cpp AcctState001"},
    check};

}  // namespace why401
