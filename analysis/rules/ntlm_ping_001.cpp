#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || !now.challenges().ntlm || now.step() != Step::Negotiate) return NotApplicable{};
    if (!c.gave_up() || c.served_elsewhere() || c.ntlm.unanswered.empty()) return NotApplicable{};
    const bool passed_on = now.forwarded[now.space].ntlm.has_value();
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = passed_on ? Culprit::Client : Culprit::ThisProxy;
    found.because = "The client began an NTLM login at " + now.origin + " " +
                    std::to_string(c.ntlm.unanswered.size() + 1) +
                    " times, got a CHALLENGE each time, last in " + name(now.id) +
                    ", and never answered one with its AUTHENTICATE.";
    for (const ExchangeId id : c.ntlm.unanswered) {
        if (found.evidence.size() >= 4) break;
        found.evidence.push_back({id, "response.status", std::nullopt, "a CHALLENGE that was left lying"});
    }
    found.evidence.push_back(request_proof(now, "NEGOTIATE once more"));
    found.evidence.push_back(answer_proof(now, "CHALLENGE once more"));
    found.ruled_out = {"the password: no proof of it was ever sent"};
    if (passed_on) found.ruled_out.push_back("this proxy: it passed the CHALLENGE on");
    found.not_visible = {
        "the client's reason: it has no credentials, a policy forbids it to use NTLM there, or it "
        "does not understand the CHALLENGE",
        "whether somebody between here and the client takes the CHALLENGE away"};
    found.consequence = "The login turns in a circle.";
    return found;
}

constexpr std::string_view kFix[] = {
    "Windows client: look at Restrict NTLM: Outgoing NTLM traffic, and at event 8001 in the log "
    "NTLM/Operational",
    "give the client credentials for this site, or put the site into the zone for which it logs in by itself",
    "a program: its library may know only the first step of NTLM; try another, or Kerberos"};
constexpr Source kSources[] = {
    {"MS-NLMP 1.3.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_ping_001{
    {.id = "NTLM-PING-001",
     .title = "the client begins an NTLM login over and over and never finishes it",
     .severity = Severity::Error,
     .explanation =
         "NEGOTIATE and CHALLENGE go back and forth, and the third message, which proves the password, "
         "never comes.",
     .fix = kFix,
     .sources = kSources,
     .needs = "two CHALLENGEs to one program and what it did next",
     .scene = "analysis/ntlm_circles_test.cpp NtlmPing001"},
    check};

}  // namespace why401
