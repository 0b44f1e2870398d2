#include "analysis/verdict.h"
#include "analysis/words.h"
#include "tokens/ntlm_flags.h"

namespace why401 {
namespace {

/// What Windows clients demand by default (NtlmMinClientSec 0x20080000).
constexpr std::uint32_t kDemanded = ntlm::kExtendedSessionSecurity | ntlm::k128;

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || !now.challenges().ntlm || now.step() != Step::Negotiate) return NotApplicable{};
    if (!c.gave_up() || c.served_elsewhere() || c.sequel.ending == Sequel::Ending::RecordEnded)
        return NotApplicable{};
    const auto* asked = now.own_credentials()->view.negotiate();
    if (asked == nullptr) return NotApplicable{};
    const std::uint32_t lacking = asked->flags & ~now.challenges().ntlm->flags & kDemanded;
    if (lacking == 0) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = "The client asked for " + list(ntlm::flag_names(lacking)) + " in " + name(now.id) +
                    ", the CHALLENGE does not grant it, and the client did not go on: it may insist on it.";
    found.evidence = {request_proof(now, "asked for " + list(ntlm::flag_names(lacking))),
                      answer_proof(now, "not granted")};
    found.ruled_out = {"the password: it had not come to that"};
    found.not_visible = {"the client's minimum for session security",
                         "whether it stopped for that reason or for another"};
    found.consequence = "This client and this server never get through a login.";
    return found;
}

constexpr std::string_view kFix[] = {
    "compare the minimum session security of both sides (NtlmMinClientSec, NtlmMinServerSec)",
    "bring the server's NTLM library up to date: extended session security and 128-bit keys are old by now"};
constexpr Source kSources[] = {
    {"MS-NLMP 2.2.2.5", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_flags_001{
    {.id = "NTLM-FLAGS-001",
     .title = "client and server do not agree on how NTLM is to be protected",
     .severity = Severity::Error,
     .explanation =
         "Each side names what it can do. A client whose policy demands more than the CHALLENGE grants "
         "stops there.",
     .fix = kFix,
     .sources = kSources,
     .needs = "NEGOTIATE and CHALLENGE, and what the client did next",
     .scene = "analysis/ntlm_message_test.cpp NtlmFlags001"},
    check};

}  // namespace why401
