#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

bool is_web_deploy(std::string_view url) {
    url = url.substr(0, url.find('?'));
    constexpr std::string_view kHandler = "/msdeploy.axd";
    return url.size() >= kHandler.size() && same_name(url.substr(url.size() - kHandler.size()), kHandler);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || !is_web_deploy(now.url) || !c.says_substatus("401.2")) return NotApplicable{};
    if (now.user().empty()) return NotApplicable{};  // the first leg of every deployment
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because = printable(now.user(), 120) +
                    " is known to the server, but may not publish here: Web Deploy refused " + name(now.id) +
                    " with 401.2, which is its word for missing rights.";
    if (const auto says = substatus_proof(now, c.substatus)) found.evidence.push_back(*says);
    if (now.from_log_alone())
        found.evidence.push_back(log_proof(now, now.log->user, "the user, as the server knows them"));
    else
        found.evidence.push_back(request_proof(now, "the user's credentials"));
    found.ruled_out = {"a wrong password (that would be 401.1 with code 1326)"};
    found.not_visible = {
        "which right is missing: the Web Management Service's own log (WMSvc) and its traces say"};
    found.consequence = "Publishing fails for this user, with any password.";
    return found;
}

constexpr std::string_view kFix[] = {
    "IIS Manager, the site, IIS Manager Permissions: allow this user",
    "IIS Manager, the server, Management Service Delegation: a rule for the providers that the deployment "
    "uses",
    "on Windows clients whose user is a local administrator: see LocalAccountTokenFilterPolicy"};
constexpr Source kSources[] = {{"Troubleshooting common problems with Web Deploy",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
                                "deployment-migration/troubleshoot-common-problems-with-web-deploy"}};

}  // namespace

extern constinit const Rule iis_wmsvc_001{
    {.id = "IIS-WMSVC-001",
     .title = "Web Deploy knows this user, who may not publish to this site",
     .severity = Severity::Error,
     .explanation = "The Web Management Service (port 8172, /msdeploy.axd) answers 401.2 when the password "
                    "was right and "
                    "the delegation rules do not allow what was asked.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus, and the user's name from the log or the credentials",
     .scene = "tests/logs/rules_test.cpp IisWmsvc001"},
    check};

}  // namespace why401
