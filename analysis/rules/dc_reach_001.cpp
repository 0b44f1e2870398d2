#include "analysis/ntlm_domain.h"
#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

constexpr std::uint32_t kNoSuchDomain = 1355;
constexpr std::size_t kOthers = 2;  // with this one, three users who had all been let in before

Verdict by_code(const Case& c, const StatedReason& reason) {
    Found found = found_by_code(c, reason);
    found.culprit = Culprit::Server;
    found.ruled_out = {"the password: nobody could check it"};
    found.not_visible.push_back("whether the controller, the name service or the trust is at fault");
    found.consequence = "No account of the domain can log in there; accounts of the server itself can.";
    return found;
}

/// Users who got in before, and all at once do not.
Verdict by_pattern(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.step() != Step::Authenticate || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    if (!c.history.accepted || c.ntlm.others_refused.size() < kOthers || !c.ntlm.all_were_good)
        return NotApplicable{};
    // Connections that are mixed up look the same, for all users as well.
    if (!c.standing.answered || c.split() || c.standing.answered->challenge.interposed ||
        !c.standing.other_computer.empty() || c.history.lost_login || now.lends_connections ||
        !now.intermediary.empty())
        return NotApplicable{};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Unknown;
    found.because = login_name(now) + " was refused in " + name(now.id) +
                    ", and within the same minute so were " + std::to_string(c.ntlm.others_refused.size()) +
                    " other users; the server had accepted all of them before, so it is probably the server "
                    "that can no longer check logins.";
    for (const ExchangeId id : c.ntlm.others_refused)
        found.evidence.push_back({id, "response.status", std::nullopt, "another user, refused"});
    found.evidence.push_back(request_proof(now, "the login of " + login_name(now)));
    found.evidence.push_back(
        {*c.history.accepted, "response.status", std::nullopt, "the same user, let in before"});
    found.ruled_out = {"one mistyped password: several users are concerned"};
    found.not_visible = {"the server's own reason: its log would say 1311, 1355, 1789 or 2148074257"};
    found.consequence = "Nobody of that domain can log in.";
    return found;
}

Verdict check(const Case& c) {
    const auto reason = stated_reason(c);
    if (!reason) return by_pattern(c);
    if (!reason->is(CodeTopic::Controller)) return NotApplicable{};
    const Domain domain = reason->known->code == kNoSuchDomain ? domain_of(c) : Domain::CannotTell;
    if (domain == Domain::Clients || domain == Domain::Foreign) return NotApplicable{};  // NTLM-FAIL-002
    return by_code(c, *reason);
}

constexpr std::string_view kFix[] = {
    "on the server: nltest /sc_verify:DOMAIN tests its channel to the domain, nltest /dsgetdc:DOMAIN finds a "
    "controller",
    "look at its name servers, its clock and the firewall towards the domain controllers",
    "a broken trust: Test-ComputerSecureChannel -Repair"};
constexpr Source kSources[] = {
    {"Windows system error codes 1300-1699",
     "https://learn.microsoft.com/windows/win32/debug/system-error-codes--1300-1699-"}};

}  // namespace

extern constinit const Rule dc_reach_001{
    {.id = "DC-REACH-001",
     .title = "the web server cannot ask a domain controller",
     .severity = Severity::Error,
     .explanation =
         "A web server does not know the passwords of domain users: it asks a controller of the domain. "
         "When it finds none, or the two no longer trust each other, every login is refused.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's error code; without it, three users refused at once who had been let in before",
     .scene = "analysis/account_test.cpp DcReach001"},
    check};

}  // namespace why401
