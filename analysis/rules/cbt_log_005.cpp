#include "analysis/binding.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || !says_bad_bindings(now)) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because =
        "The server refused the login of " + name(now.id) +
        " because it was not bound to the TLS connection that it came on (Extended Protection): somebody "
        "between ends TLS, or the client sent no binding.";
    found.evidence = {stated_code(now)->where};
    found.evidence.back().says = "the server says: bad channel bindings";
    found.ruled_out = {"a login that was not attempted"};
    found.not_visible = {
        "which binding the client sent, and whose certificate it had seen: a capture of one login "
        "shows both",
        "whether the password is right"};
    found.consequence = "Whoever logs in that way is refused, with any password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "record one login (why401 proxy with --tunnel for this host, and once with it decrypted) to see which "
    "binding is sent",
    "look for TLS offload or inspection between client and server (balancer, antivirus, proxy) and let TLS "
    "pass through",
    "or let the server accept logins without a binding (IIS: extendedProtection tokenChecking Allow)"};
constexpr Source kSources[] = {
    {"Extended Protection for Authentication, IIS",
     "https://learn.microsoft.com/iis/configuration/system.webserver/security/authentication/"
     "windowsauthentication/extendedprotection/"}};

}  // namespace

extern constinit const Rule cbt_log_005{
    {.id = "CBT-LOG-005",
     .title = "the login is not bound to the TLS connection that the server sees",
     .severity = Severity::Error,
     .explanation =
         "Extended Protection ties a Windows login to the server's certificate. The server says that the two "
         "did not match; what was sent cannot be seen here.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's code from its log, trace or page",
     .scene = "tests/logs/rules_test.cpp CbtLog005"},
    check};

}  // namespace why401
