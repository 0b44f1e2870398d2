#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::uint32_t kNoPackage = 0x80090305U;  // SEC_E_SECPKG_NOT_FOUND

Verdict check(const Case& c) {
    if (c.now.status != 401 || c.now.answered_by_us || !states_code(c.now, kNoPackage))
        return NotApplicable{};
    if (c.substatus && c.substatus->value != "401.1") return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Server;
    found.because =
        "The server refused " + name(c.now.id) +
        " because its own security package for this scheme was not there (0x80090305): kernel mode and "
        "IIS disagree about who does the authentication.";
    found.evidence = {stated_code(c.now)->where};
    found.ruled_out = {"the password: nobody could check it", "the client"};
    found.not_visible = {"when the setting was changed: IIS's configuration history says"};
    found.consequence = "Windows logins fail on this site for everybody.";
    return found;
}

constexpr std::string_view kFix[] = {
    "restart the web service: net stop w3svc, then net start w3svc (recycling the application pool is not "
    "enough)",
    "give server and site the same setting of kernel-mode authentication (useKernelMode)"};
constexpr Source kSources[] = {{"Kerberos failures in Internet Explorer, IIS log of 401 1 2148074245",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
                                "www-authentication-authorization/troubleshoot-kerberos-failures-ie"}};

}  // namespace

extern constinit const Rule iis_pkg_001{
    {.id = "IIS-PKG-001",
     .title = "kernel-mode authentication was switched for the site and the web service was not restarted",
     .severity = Severity::Error,
     .explanation =
         "Kernel-mode authentication on at the server and off at the site takes effect halfway until W3SVC "
         "starts again; until then no login finds its security package.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's code from its log, trace or page",
     .scene = "tests/logs/rules_test.cpp IisPkg001"},
    check};

}  // namespace why401
