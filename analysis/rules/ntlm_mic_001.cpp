#include "analysis/binding.h"
#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool seals(const ntlm::AuthenticateMessage& message) {
    return message.v2 && (ntlm::av_flags(message.v2->pairs) & ntlm::kAvFlagMicPresent) != 0;
}

/// The client answered another CHALLENGE than the one that passed here, though it is the same to 100 ns.
std::vector<std::uint16_t> changed_names(const Case& c) {
    if (!c.standing.answered || c.now.own_credentials() == nullptr) return {};
    const auto* message = c.now.own_credentials()->view.authenticate();
    return message == nullptr ? std::vector<std::uint16_t>{}
                              : ntlm::changed_names(*message, c.standing.answered->challenge.message);
}

Found by_contradiction(const Case& c, const std::vector<std::uint16_t>& changed) {
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    const auto& message = *c.now.own_credentials()->view.authenticate();
    const std::string pair = ntlm::av_name(changed.front());
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Intermediary;
    found.because = "The CHALLENGE of " + name(challenge.exchange) + " says " + pair + " " +
                    printable(ntlm::av_text(challenge.message.target_info, changed.front()), 80) +
                    ", and the client's copy of it in " + name(c.now.id) + " says " +
                    printable(ntlm::av_text(message.v2->pairs, changed.front()), 80) +
                    ": somebody between this proxy and the client rewrote it. The client seals all three "
                    "messages (MIC), so the server notices.";
    found.evidence = {proof(challenge.exchange, challenge.place, "the CHALLENGE as the server sent it"),
                      av_proof(c.now, static_cast<ntlm::AvId>(changed.front()), "the client's copy of it"),
                      answer_proof(c.now, "refused")};
    found.ruled_out = {"two different CHALLENGEs: both carry the same time, counted in 100 ns"};
    found.not_visible = {"whether the password is right as well"};
    found.consequence = "No login that is sealed can pass there.";
    found.outcome = "broken";
    return found;
}

Verdict check(const Case& c) {
    const auto reason = stated_reason(c);
    if (reason && reason->is(CodeTopic::Altered)) {
        Found found = found_by_code(c, *reason);
        found.culprit = c.now.intermediary.empty() ? Culprit::Unknown : Culprit::Intermediary;
        found.ruled_out = {"this proxy: it passes tokens on byte for byte"};
        found.not_visible.push_back("who changed them, or whether the client computed its seal wrongly");
        found.consequence = "No login that is sealed can pass there.";
        return found;
    }
    if (reason || !c.now.refused() || c.now.step() != Step::Authenticate || c.now.challenges().ntlm ||
        c.recognised())
        return NotApplicable{};
    const auto* message = c.now.own_credentials()->view.authenticate();
    if (message == nullptr || !seals(*message)) return NotApplicable{};
    if (!c.standing.answered) return CannotTell{"the CHALLENGE, to compare it with the client's copy"};
    const std::vector<std::uint16_t> changed = changed_names(c);
    if (!changed.empty() && !c.split()) return by_contradiction(c, changed);
    return CannotTell{"the password, to compute the seal (MIC) of the three messages again"};
}

constexpr std::string_view kFix[] = {
    "let everybody in between pass NTLM tokens on as they are: no decoding, no writing anew",
    "compare the three messages at both ends: why401 decode shows them field by field"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.1.5.1.2, 3.2.5.1.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_mic_001{
    {.id = "NTLM-MIC-001",
     .title = "the NTLM messages were changed on their way",
     .severity = Severity::Error,
     .explanation =
         "A client seals the three messages with a code (MIC) over all their bytes. Whoever changes one "
         "of them in between, be it only a flag, breaks the seal.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the server's error code, or a CHALLENGE that differs from the client's copy of it",
     .scene = "analysis/ntlm_tamper_test.cpp NtlmMic001"},
    check};

}  // namespace why401
