#include "analysis/doors.h"
#include "analysis/scheme_case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

/// As the Digest package of Windows asks: MD5-sess, a nonce of some hundred hex digits, UTF-8.
bool is_windows_digest(const http_auth::Challenge& challenge) {
    const std::string_view nonce = challenge.value("nonce");
    return same_name(challenge.value("algorithm"), "MD5-sess") && nonce.size() >= 80 &&
           nonce.find_first_not_of("0123456789abcdefABCDEF+/=v") == std::string_view::npos;
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own == nullptr || own->view.digest() == nullptr) return NotApplicable{};
    if (c.now.server != ServerKind::Iis && c.now.server != ServerKind::HttpSys) return NotApplicable{};
    const OfferedChallenge* asks = c.now.schemes->of("Digest");
    if (asks == nullptr || !is_windows_digest(asks->challenge)) return NotApplicable{};
    if (c.now.challenges().stale || c.history.accepted) return NotApplicable{};
    // Once may be a slip of the finger. That it never works is what speaks for the settings.
    if (c.history.refusals.empty()) return CannotTell{"more than one attempt, or one that succeeds"};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Unknown;
    found.because =
        "IIS refused the Digest login of " + who(printable(c.now.user(), 80)) + " in " + name(c.now.id) +
        " as in " + name(c.history.refusals.back()) +
        ", and none was let in here so far: Digest of Windows works only for accounts of a domain, "
        "under conditions that are often not met.";
    found.evidence = {request_proof(c.now, "a Digest answer"),
                      challenge_proof(c.now, "Digest", "asked as the Digest package of Windows asks"),
                      {c.history.refusals.back(), "response.status", std::nullopt, "refused before"}};
    found.not_visible = {"the kind of account and how its password is stored",
                         "the password: it may be wrong"};
    found.consequence = "Digest will not work for these users whatever they type.";
    return found;
}

constexpr std::string_view kFix[] = {
    "the account must be one of a domain, the server a member of it, and the realm the domain's name",
    "without Advanced Digest (a domain older than 2003) the password must be stored with reversible "
    "encryption, and "
    "set anew after that was switched on",
    "better: Negotiate inside the network, Basic over https outside"};
constexpr Source kSources[] = {{"IIS, Digest Authentication",
                                "https://learn.microsoft.com/iis/configuration/system.webserver/security/"
                                "authentication/digestauthentication"}};

}  // namespace

extern constinit const Rule digest_iis_006{
    {.id = "DIGEST-IIS-006",
     .title = "Digest of IIS works for accounts of a domain only, and this one may not meet its conditions",
     .severity = Severity::Error,
     .explanation =
         "The server needs a hash of user, realm and password, which only a domain controller keeps.",
     .fix = kFix,
     .sources = kSources,
     .needs = "several attempts, and their challenges",
     .scene = "analysis/digest_test.cpp DigestIis006"},
    check};

}  // namespace why401
