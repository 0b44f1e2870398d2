#include "analysis/doors.h"
#include "analysis/scheme_case.h"

namespace why401 {
namespace {

struct Difference {
    std::string what;
    std::string_view parameter;
};

std::optional<Difference> difference(const digest::Params& sent, const NonceFacts& asked) {
    if (sent.value("realm") != asked.realm)
        return Difference{"realm \"" + printable(sent.value("realm"), 80) + "\" instead of \"" +
                              printable(asked.realm, 80) + "\"",
                          "realm"};
    if (asked.has_opaque && !sent.has("opaque"))
        return Difference{"no opaque, which it has to return", "opaque"};
    if (asked.has_opaque && sent.value("opaque") != asked.opaque)
        return Difference{"another opaque than it was given", "opaque"};
    return std::nullopt;
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own == nullptr || own->view.digest() == nullptr) return NotApplicable{};
    const digest::Params& sent = *own->view.digest();
    Found found;
    found.culprit = Culprit::Client;
    found.evidence = {request_proof(c.now, "what was returned")};
    if (const auto& asked = c.history.nonce) {
        const auto other = difference(sent, *asked);
        if (!other) return NotApplicable{};
        found.confidence = Confidence::Certain;
        found.because = "The Digest answer of " + who(printable(c.now.user(), 80)) + " in " + name(c.now.id) +
                        " returns " + other->what + " (challenge of " + name(asked->issued) + ").";
        found.evidence[0] = proof(c.now.id, place_of(*own, other->parameter), "it returns " + other->what);
        found.evidence.push_back(proof(asked->issued, asked->place, "what was handed out with this nonce"));
    } else {
        // The challenge is not on record. What the server asks for now still tells its realm.
        const OfferedChallenge* asks = c.now.schemes->of("Digest");
        if (asks == nullptr || sent.value("realm") == asks->challenge.value("realm"))
            return CannotTell{"the challenge whose nonce this Digest answer uses"};
        found.confidence = Confidence::Likely;
        found.because = "The Digest answer of " + who(printable(c.now.user(), 80)) + " in " + name(c.now.id) +
                        " is for the realm \"" + printable(sent.value("realm"), 80) + "\", and " +
                        keeper(c.now) + " asks for \"" + printable(asks->challenge.value("realm"), 80) +
                        "\".";
        found.not_visible.push_back("the challenge that it answers: this record does not hold it");
    }
    found.evidence.push_back(challenge_proof(c.now, "Digest", "what is asked for now"));
    found.not_visible.push_back(
        "whether the challenge came from another server of a farm, which shares no nonces");
    found.consequence = "The password is hashed together with the realm, so the answer cannot fit.";
    return found;
}

constexpr std::string_view kFix[] = {"let the client return realm, nonce and opaque exactly as they came",
                                     "several servers behind one name: give them the same realm and the same "
                                     "key for nonces, or keep each client "
                                     "at one of them"};
constexpr Source kSources[] = {{"RFC 7616 3.4", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4"}};

}  // namespace

extern constinit const Rule digest_realm_005{
    {.id = "DIGEST-REALM-005",
     .title = "the client's Digest answer does not return what the challenge gave it",
     .severity = Severity::Error,
     .explanation =
         "An answer belongs to one challenge: realm, nonce and opaque come back unchanged, or the server "
         "cannot know it again.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the credentials, and the challenge they answer",
     .scene = "analysis/digest_test.cpp DigestRealm005"},
    check};

}  // namespace why401
