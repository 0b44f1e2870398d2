#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.step() != Step::Negotiate || now.challenges().token) return NotApplicable{};
    if (!now.challenges().connection_based || c.standing.under_way) return NotApplicable{};
    const bool repeated = !c.history.refused_negotiates.empty();
    const bool between = !now.intermediary.empty();
    Found found;
    found.confidence = repeated && !between ? Confidence::Likely : Confidence::Possible;
    found.culprit = between ? Culprit::Intermediary : Culprit::Server;
    found.because =
        "The client sent its NEGOTIATE in " + name(now.id) +
        ", and instead of a CHALLENGE the server offered " + offered(now.challenges()) + " once more" +
        (repeated ? ", as it had done in " + name(c.history.refused_negotiates.front()) + "." : ".");
    found.evidence = {request_proof(now, "NEGOTIATE"),
                      answer_proof(now, "a bare challenge, no CHALLENGE message")};
    found.ruled_out = {"the password: it had not come to that"};
    found.not_visible = {"the server module's reason: its log says", "a policy that blocks NTLM"};
    found.consequence = "The login never gets under way.";
    return found;
}

constexpr std::string_view kFix[] = {"read the log of the server's authentication module",
                                     "try NTLM inside Negotiate, or another client library"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.2.5.1.1", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_refuse_001{
    {.id = "NTLM-REFUSE-001",
     .title = "the server did not accept the first NTLM message and starts over",
     .severity = Severity::Error,
     .explanation = "A NEGOTIATE must be answered by a CHALLENGE. A bare challenge instead means that the "
                    "server's package did not like it.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the NEGOTIATE and its answer",
     .scene = "analysis/refusal_test.cpp NtlmRefuse001; Apache mod_auth_gssapi with gss-ntlmssp 1.2.0 and "
              "curl 7.88"},
    check};

}  // namespace why401
