#include "analysis/doors.h"
#include "analysis/scheme_case.h"

namespace why401 {
namespace {

/// Many clients quote what RFC 7616 3.4 wants bare, and most servers do not mind.
bool quotes_too_much(const digest::Params& sent) {
    for (const Anomaly& fault : digest::faults(sent))
        if (fault.what.ends_with("must not be quoted")) return true;
    return false;
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own == nullptr || own->view.digest() == nullptr || c.now.space == Space::Proxy)
        return NotApplicable{};
    const digest::Params& sent = *own->view.digest();
    if (!c.now.challenges().offers("Digest") || c.now.challenges().stale) return NotApplicable{};
    if (!digest::missing_part(sent).empty()) return NotApplicable{};
    const auto& nonce = c.history.nonce;
    const bool known = c.history.accepted.has_value();
    const bool windows = c.now.server == ServerKind::Iis || c.now.server == ServerKind::HttpSys;
    Found found;
    found.confidence = nonce && !known && !windows ? Confidence::Likely : Confidence::Possible;
    found.culprit = windows ? Culprit::Unknown : Culprit::Client;
    found.because =
        "The server refused the Digest answer of " + who(printable(c.now.user(), 80)) + " in " +
        name(c.now.id) +
        (nonce ? ", made for the challenge of " + name(nonce->issued) + " in every part that shows"
               : std::string()) +
        ", and did not call the nonce stale: the password is wrong, or the user is unknown" +
        (known ? " or has no right to this page (let in before, in " + name(*c.history.accepted) + ")."
               : ".");
    found.evidence = {request_proof(c.now, "the Digest answer"),
                      challenge_proof(c.now, "Digest", "asks again, without stale=true")};
    if (nonce) found.evidence.push_back(proof(nonce->issued, nonce->place, "the challenge that it answers"));
    found.ruled_out = {"a nonce that had only grown old: that is stale=true"};
    if (nonce) found.ruled_out.push_back("uri, realm, opaque, algorithm and count: they fit");
    found.not_visible = {"the password: Digest proves it without sending it",
                         "whether another server of a farm, which does not know this nonce, took the answer"};
    if (!nonce) found.not_visible.push_back("the challenge that it answers: this record does not hold it");
    if (c.now.server == ServerKind::Apache)
        found.not_visible.push_back("whether the user may open this page: Apache says 401 to that as well");
    if (quotes_too_much(sent))
        found.not_visible.push_back("whether this server minds that algorithm, qop or nc stand in quotes");
    if (windows)
        found.first_fix = {
            "on IIS: look whether Digest can work for this account at all (rule DIGEST-IIS-006)"};
    found.consequence = "The client asks for a password again.";
    return found;
}

constexpr std::string_view kFix[] = {
    "check user name and password, and that the account exists in exactly this realm",
    "files of htdigest: user, realm and password are hashed together, so a new realm needs new entries"};
constexpr Source kSources[] = {{"RFC 7616 3.4.6", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4.6"},
                               {"RFC 7616 3.3", "https://www.rfc-editor.org/rfc/rfc7616#section-3.3"}};

}  // namespace

extern constinit const Rule digest_bad_001{
    {.id = "DIGEST-BAD-001",
     .title = "the server checked the Digest answer and it does not fit the password it knows",
     .severity = Severity::Error,
     .explanation =
         "Everything around the answer is as the challenge wants it. What is left is user, realm and "
         "password, from which both sides compute the same number, or do not.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the challenge, the credentials and the answer",
     .scene = "analysis/digest_test.cpp DigestBad001"},
    check};

}  // namespace why401
