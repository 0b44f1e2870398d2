#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

struct Limit {
    std::string_view substatus, why;
};
constexpr Limit kLimits[] = {
    {"401.501", "too many requests of this address were under way at once"},
    {"401.502", "this address sent too many requests in a short time"},
    {"401.503", "this address is on the site's list of those it does not serve"},
    {"401.504", "the name of this client is on the site's list of those it does not serve"}};

Verdict check(const Case& c) {
    for (const Limit& limit : kLimits) {
        if (c.now.status != 401 || !c.says_substatus(limit.substatus)) continue;
        Found found;
        found.confidence = Confidence::Certain;
        found.culprit = Culprit::Server;
        found.because = "The server refused " + name(c.now.id) + " with " + std::string(limit.substatus) +
                        ": " + std::string(limit.why) + ".";
        if (const auto says = substatus_proof(c.now, c.substatus)) found.evidence.push_back(*says);
        found.ruled_out = {"user and password: these rules are asked before anybody logs in"};
        found.not_visible = {"which entry or limit it was: the site's IP and domain restrictions say"};
        found.consequence = "Clients ask for a password, and none can help.";
        return found;
    }
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "IIS Manager, IP Address and Domain Restrictions (and their Dynamic Restriction Settings): allow the "
    "address, or "
    "raise the limit",
    "a proxy or balancer makes many clients look like one address: switch proxy mode on there "
    "(X-Forwarded-For)",
    "set the deny action to Forbidden, so that it is not mistaken for a login"};
constexpr Source kSources[] = {{"HTTP status codes in IIS",
                                "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/"
                                "health-diagnostic-performance/http-status-code"}};

}  // namespace

extern constinit const Rule iis_401501_dynip{
    {.id = "IIS-401501-DYNIP",
     .title = "the server turns this address away, and has been told to call that a 401",
     .severity = Severity::Error,
     .explanation =
         "IP restrictions with the deny action Unauthorized answer 401.501 to 401.504. It has nothing to "
         "do with logins.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the substatus from a page, a log or a trace",
     .scene = "tests/logs/rules_test.cpp Iis401501Dynip"},
    check};

}  // namespace why401
