#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::size_t kBefore = 2;  // browsers ask three times

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool token = now.step() == Step::Authenticate || now.step() == Step::ApReq;
    if (now.status != 401 || !token || now.challenges().ntlm || c.recognised()) return NotApplicable{};
    if (c.around.tokens_refused.size() < kBefore) return NotApplicable{};
    if (now.page.kind == PageKind::Compressed) return CannotTell{"the page: its body was compressed"};
    if (now.page.kind != PageKind::HttpSys) return NotApplicable{};
    const bool ticket = now.step() == Step::ApReq;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = ticket ? Culprit::Server : Culprit::Unknown;
    found.because =
        std::string(ticket ? "Kerberos tickets" : "NTLM logins") +
        (now.user().empty() ? std::string() : " of " + printable(now.user(), 80)) + " were refused " +
        std::to_string(c.around.tokens_refused.size() + 1) + " times within a minute, lately in " +
        name(now.id) +
        ", and the page that is left is that of Windows itself (http.sys): the login failed before "
        "IIS saw the request.";
    for (const ExchangeId before : c.around.tokens_refused)
        found.evidence.push_back({before, "response.status", std::nullopt, "refused before"});
    found.evidence.push_back(request_proof(now, ticket ? "a Kerberos ticket" : "the end of an NTLM login"));
    if (now.page.bytes)
        found.evidence.push_back({now.id, "response.body", now.page.bytes, "the words of http.sys"});
    found.ruled_out = {"the rights of the user on this page: nobody got that far"};
    found.not_visible = {ticket
                             ? "whether the server's account can open the ticket: the name it is for (SPN) "
                               "may stand at another account (KRB-SPN-002)"
                             : "whether the password is wrong (NTLM-FAIL-001)"};
    found.consequence = "People are asked three times and then see \"Not Authorized\".";
    found.first_fix = {ticket ? "look for the account that holds the service name: setspn -Q HTTP/" +
                                    host_of(now)
                              : "check user name and password, then the account's state and right to log on"};
    return found;
}

constexpr std::string_view kFix[] = {
    "IIS with an account of its own: useAppPoolCredentials, or kernel-mode authentication off",
    "the security log of the server has the reason of each failed logon (event 4625)"};
constexpr Source kSources[] = {
    {"Troubleshoot Kerberos failures in Internet Explorer",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "troubleshoot-kerberos-failures-ie"}};

}  // namespace

extern constinit const Rule iis_deleg_loop{
    {.id = "IIS-DELEG-LOOP",
     .title = "login after login was refused, and the last word is that of http.sys: \"Not Authorized\"",
     .severity = Severity::Error,
     .explanation =
         "With kernel-mode authentication Windows checks the login before IIS does. Three prompts and "
         "then its plain page are the usual face of a service name at the wrong account, or of a "
         "wrong password.",
     .fix = kFix,
     .sources = kSources,
     .needs = "three refused logins of one client at one page, and the page",
     .scene = "analysis/page_load_test.cpp IisDelegLoop"},
    check};

}  // namespace why401
