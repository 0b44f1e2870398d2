#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// The AUTHENTICATE answers a CHALLENGE that had been seen before.
std::optional<Found> repeated(const Case& c) {
    if (c.now.step() != Step::Authenticate || !c.standing.answered || !c.ntlm.repeats) return std::nullopt;
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    const bool dated = challenge.message.timestamp().has_value();
    Found found;
    found.confidence = dated ? Confidence::Certain : Confidence::Likely;
    found.culprit = challenge.intermediary.empty() ? Culprit::Unknown : Culprit::Intermediary;
    found.because = "The CHALLENGE of " + name(challenge.exchange) + " is the very one of " +
                    name(*c.ntlm.repeats) + ": the same eight random bytes" +
                    (dated ? ", and the same time to 100 ns" : "") +
                    "; a server makes a new one for each login, so it came out of a store";
    found.evidence = {
        {*c.ntlm.repeats, "response.status", std::nullopt, "this CHALLENGE, for the first time"},
        proof(challenge.exchange, challenge.place, "the same CHALLENGE again"),
        request_proof(c.now, "the login that answers it")};
    found.not_visible = {"whether a cache keeps answers to logins, or the server is one made for tests"};
    return found;
}

Verdict check(const Case& c) {
    if (!c.failed_authenticate() || c.now.challenges().ntlm || c.recognised()) return NotApplicable{};
    auto found = repeated(c);
    // Without a time in it, a CHALLENGE that is always the same may also have been answered elsewhere.
    if (!found || (found->confidence != Confidence::Certain && c.split())) return NotApplicable{};
    found->because += ", and " + answer(c) + ".";
    found->ruled_out = {"the password: the answer to an old CHALLENGE proves nothing to the server"};
    found->consequence = "Logins that get such a CHALLENGE fail.";
    found->outcome = "broken";
    return *std::move(found);
}

Verdict risk(const Case& c) {
    if (!c.now.let_in()) return NotApplicable{};
    auto found = repeated(c);
    if (!found) return NotApplicable{};
    found->because += ", and the server accepted the answer all the same.";
    found->consequence = "Whoever has seen one login can repeat it.";
    return *std::move(found);
}

constexpr std::string_view kFix[] = {
    "let no cache keep answers with WWW-Authenticate: Cache-Control: no-store on them, and a cache that "
    "obeys",
    "a server made for tests must make a new CHALLENGE for each login"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.2.5.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"},
    {"RFC 9111 3.5", "https://www.rfc-editor.org/rfc/rfc9111#section-3.5"}};

}  // namespace

extern constinit const Rule ntlm_replay_001{
    {.id = "NTLM-REPLAY-001",
     .title = "the same CHALLENGE is handed out again",
     .severity = Severity::Error,
     .explanation =
         "A CHALLENGE is random and valid once. When it comes twice, somebody answers with what was stored.",
     .fix = kFix,
     .sources = kSources,
     .needs = "both CHALLENGEs and the login that follows",
     .scene = "analysis/ntlm_circles_test.cpp NtlmReplay001"},
    check,
    risk};

}  // namespace why401
