#include <algorithm>

#include "analysis/log_trail.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What goes wrong with a stored account: password, state, rights.
constexpr std::uint32_t kAccountCodes[] = {1326, 1327, 1328, 1329, 1330, 1331, 1385, 1793, 1907, 1909, 1935};

bool names_account_trouble(const ExchangeFacts& now) {
    const auto stated = stated_code(now);
    return stated && std::find(std::begin(kAccountCodes), std::end(kAccountCodes),
                               plain_code(stated->code)) != std::end(kAccountCodes);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || !c.says_substatus("401.1")) return NotApplicable{};
    const bool log = now.from_log_alone();
    const bool module = now.page.module == "AnonymousAuthenticationModule" ||
                        (now.log && now.log->module == "AnonymousAuthenticationModule");
    if (log) {
        // A client that had been asked before may well have sent credentials.
        if (!now.log->user.empty() || number(c.trail.asked) != 0 || number(c.trail.challenge) != 0 ||
            c.trail.before)
            return NotApplicable{};
        if (!module && !names_account_trouble(now)) return NotApplicable{};
    } else if (!now.request_seen || now.own_credentials() != nullptr || c.may_still_log_in()) {
        return NotApplicable{};
    }
    Found found;
    found.confidence = module ? Confidence::Certain : log ? Confidence::Possible : Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because = std::string("The server could not log in its own account for anonymous visitors: ") +
                    (log ? log_row(now) + " names no user, and nobody had been asked for a login before"
                         : name(now.id) + " carried no credentials") +
                    ", yet a logon failed (401.1).";
    if (const auto says = substatus_proof(now, c.substatus)) found.evidence.push_back(*says);
    if (const auto stated = stated_code(now)) found.evidence.push_back(stated->where);
    if (now.request_seen) found.evidence.push_back(request_proof(now, "no credentials"));
    found.ruled_out = {"the visitor's password: none was sent"};
    if (log && !module) found.ruled_out.clear();
    if (log && !module)
        found.not_visible = {
            "whether the request carried credentials: a log shows no more than the name, and only of "
            "some schemes"};
    found.consequence = "Everybody is refused, until somebody logs in by another scheme.";
    return found;
}

constexpr std::string_view kFix[] = {
    "IIS Manager, Authentication, Anonymous Authentication, Edit: use the application pool identity, or set "
    "the "
    "account's password anew",
    "look at the account (IUSR or the one named there): disabled, expired, locked, or without the right to "
    "log on"};
constexpr Source kSources[] = {{"David Wang, HOWTO: Diagnose 401.x HTTP errors on IIS, 401.1", ""},
                               {"KB 909887", ""}};

}  // namespace

extern constinit const Rule iis_4011_anon{
    {.id = "IIS-4011-ANON",
     .title = "the server's account for anonymous visitors cannot log on",
     .severity = Severity::Error,
     .explanation =
         "IIS serves strangers under an account of its own. When that account's stored password is wrong, or "
         "it may not log on, everybody without a login is answered 401.1.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus of a request without credentials",
     .scene = "tests/logs/rules_test.cpp Iis4011Anon"},
    check};

}  // namespace why401
