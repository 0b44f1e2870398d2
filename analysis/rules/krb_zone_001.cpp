#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || !c.gave_up() || !c.anonymous_refusal() || c.served_elsewhere())
        return NotApplicable{};
    if (!now.challenges().only_connection_based || !now.web.browser || now.answered_by_us)
        return NotApplicable{};
    const std::string host = bare_host(now);
    if (host.find('.') == std::string::npos && !is_address(host)) return NotApplicable{};
    const bool prompt = !now.web.part_of_page && c.sequel.ending == Sequel::Ending::TimedOut;
    const bool open = prompt || c.sequel.ending == Sequel::Ending::RecordEnded;  // it might have answered
    Found found;
    found.culprit = open ? Culprit::Unknown : Culprit::Client;
    if (open || now.web.part_of_page) found.severity = Severity::Info;
    found.because = "The server offered " + offered(now.challenges()) + " in " + name(now.id) +
                    ", and the browser did not answer by itself: " + host +
                    (is_address(host) ? " is an IP address" : " is a name with dots") +
                    ", and browsers log in on their own only at sites that they were told to trust" +
                    (prompt ? "; it may be waiting for its user to type." : ".");
    found.evidence = {request_proof(now, "no credentials"), answer_proof(now, "what it could have answered")};
    found.ruled_out = {"this proxy: the challenges were passed on as they came"};
    found.not_visible = {"the browser's zones and lists",
                         "whether a password prompt is still open, or somebody has closed it"};
    if (now.has_decision)
        found.not_visible.push_back(
            "whether the browser trusts this site only when no proxy is set: its zones can depend on that, "
            "so "
            "this proxy may be the reason");
    found.consequence = "The user sees a prompt, or the 401.";
    return found;
}

constexpr std::string_view kFix[] = {
    "Chrome and Edge: policy AuthServerAllowlist; Windows: put the site into the zone Local intranet",
    "Firefox: network.negotiate-auth.trusted-uris and network.automatic-ntlm-auth.trusted-uris",
    "or type the password: then look what the next exchange says"};
constexpr Source kSources[] = {
    {"Chrome policy AuthServerAllowlist", "https://chromeenterprise.google/policies/#AuthServerAllowlist"},
    {"Firefox policy Authentication", "https://mozilla.github.io/policy-templates/#authentication"}};

}  // namespace

extern constinit const Rule krb_zone_001{
    {.id = "KRB-ZONE-001",
     .title = "the browser does not log in by itself at this site",
     .severity = Severity::Warning,
     .explanation =
         "Windows logins are sent without asking only to sites in the intranet zone or on a list. A name "
         "with dots or an IP address counts as Internet unless it is listed.",
     .fix = kFix,
     .sources = kSources,
     .needs = "what the browser did next",
     .scene = "analysis/fallback_test.cpp KrbZone001"},
    check};

}  // namespace why401
