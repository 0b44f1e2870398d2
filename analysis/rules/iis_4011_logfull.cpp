#include "analysis/log_trail.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kSeveral = 2;

Verdict check(const Case& c) {
    if (c.now.status != 401 || c.now.answered_by_us || !states_code(c.now, kInvalidWorkstation))
        return NotApplicable{};
    if (c.trail.locked_out < kSeveral) return CannotTell{"another user who is refused with the same code"};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because =
        std::to_string(c.trail.locked_out) +
        " different clients were told that they may not log on to this computer (code 1329), last in " +
        name(c.now.id) +
        ": so a server answers everybody but administrators when its security log is full and it was told "
        "to stop then (CrashOnAuditFail).";
    found.evidence = {stated_code(c.now)->where};
    found.ruled_out = {"a wrong password (that would be code 1326)"};
    found.not_visible = {"the server's security log and its value CrashOnAuditFail",
                         "accounts that are each limited to certain computers, which say the same code"};
    found.consequence = "Only administrators can log in to that server.";
    return found;
}

constexpr std::string_view kFix[] = {
    "on the server: save and clear the security event log",
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa: CrashOnAuditFail stands at 2 then; set it to 1 (or 0) "
    "and restart",
    "if it is not 2: look at 'Log On To' of the accounts in Active Directory"};
constexpr Source kSources[] = {
    {"KB 832981: users cannot access web sites when the security event log is full",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
     "www-authentication-authorization/users-cannot-access-web-sites-when-log-full"}};

}  // namespace

extern constinit const Rule iis_4011_logfull{
    {.id = "IIS-4011-LOGFULL",
     .title = "the server seems to let only administrators log on, as it does when its security log is full",
     .severity = Severity::Error,
     .explanation =
         "With CrashOnAuditFail a full security log shuts out everybody but administrators, whom IIS then "
         "answers 401.1 with code 1329.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's code for two different clients at least",
     .scene = "tests/logs/rules_test.cpp Iis4011Logfull"},
    check};

}  // namespace why401
