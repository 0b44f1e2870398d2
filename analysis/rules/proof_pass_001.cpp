#include "analysis/binding.h"
#include "analysis/proven.h"
#include "analysis/words.h"

namespace why401 {
namespace {

void suggest_ntlm(const Case& c, Found& found) {
    const Bound bound = binding_of(c.now, c.standing).to;
    if (c.now.proof->password->mic == PasswordOutcome::Mic::Good)
        found.ruled_out.push_back(
            "messages changed between client and this record: the seal (MIC) over them fits");
    if (bound == Bound::Nothing)
        found.first_fix.push_back(
            "the login carries no channel binding: see whether the server insists on one (Extended "
            "Protection; 0x80090346 in its log)");
    if (bound == Bound::ToServer)
        found.ruled_out.push_back("the channel binding: it is the server's own certificate's");
    found.first_fix.push_back(
        "see whether the server keeps the login on its connection: a balancer or proxy behind this record "
        "may give the two halves to different servers");
}

Verdict check(const Case& c) {
    const bool whole = c.now.step() == Step::Authenticate || c.now.step() == Step::Single;
    if (!c.now.refused() || !whole || c.now.answered_by_us || !right_password(c.now)) return NotApplicable{};
    if (c.now.challenges().ntlm || c.now.challenges().stale) return NotApplicable{};
    const PasswordOutcome& check = *c.now.proof->password;
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Unknown;
    found.because = "The " + check.method + " login of " + who(c.now.user()) + " in " + name(c.now.id) +
                    " was computed from the very password given to this check" +
                    (check.fits.empty() ? std::string() : " (" + printable(check.fits) + ")") + ", and " +
                    answer(c) + " all the same: the cause is elsewhere.";
    found.evidence = {request_proof(c.now, "the login of " + who(c.now.user()) + ", recomputed"),
                      answer_proof(c.now, "the refusal")};
    if (check.challenge)
        found.evidence.push_back(
            {*check.challenge, "response.status", std::nullopt, "the CHALLENGE it was computed for"});
    found.ruled_out = {"a mistyped or stale password: the client used the one that was given"};
    found.not_visible = {
        "whether the domain knows the same password (it may have been changed since)",
        "the account's state and rights: locked, expired, not allowed to log on to this server"};
    if (c.now.step() == Step::Authenticate) suggest_ntlm(c, found);
    found.consequence = "Typing the password again does not help.";
    return found;
}

constexpr std::string_view kFix[] = {
    "look at the account: locked, expired, not allowed to log on to this server or at this hour",
    "look at what the account may do here: permissions of the page, rules of the site",
    "read the reason in the server's or domain controller's log (sc-win32-status, event 4625)"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.3.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"},
    {"RFC 7616 3.4.1", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4.1"}};

}  // namespace

extern constinit const Rule proof_pass_001{
    {.id = "PROOF-PASS-001",
     .title = "the server refused a login that was made with the very password given to this check",
     .severity = Severity::Error,
     .explanation = "The response was recomputed from the given password and is the same. What refuses it is "
                    "not the password but the account's state, its rights, a channel binding, or a login "
                    "that came apart behind this record.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the password of the account: why401 explain --check-password USER",
     .scene = "why401 explain --check-password 'CONTOSO\\alice' with a capture of the lab's /acl/ page"},
    check};

}  // namespace why401
