#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = c.now.own_credentials();
    if (own == nullptr || !own->view.is("Digest")) return NotApplicable{};
    const bool stale = c.now.refused() && c.now.challenges().stale;
    // What a proxy let in is told by NORM-PROXY-006.
    if (!stale && (c.now.space == Space::Proxy || !c.now.let_in())) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.because =
        stale
            ? "The answer of " + name(c.now.id) +
                  " was computed over a nonce that had expired; the server handed out a new one (stale=true)."
            : who(c.now.user()) + " was let in with Digest in " + name(c.now.id) + ".";
    found.evidence = {request_proof(c.now, "Digest credentials"),
                      answer_proof(c.now, stale ? "stale=true" : "accepted")};
    return found;
}

constexpr std::string_view kFix[] = {
    "nothing to fix; if every request costs such a round trip, let nonces live longer"};
constexpr Source kSources[] = {{"RFC 7616 3.3", "https://www.rfc-editor.org/rfc/rfc7616#section-3.3"}};

}  // namespace

extern constinit const Rule norm_digest_005{
    {.id = "NORM-DIGEST-005",
     .title = "the Digest nonce had expired, and the client simply asks again",
     .severity = Severity::Info,
     .explanation = "stale=true means that the password was right and only the server's one-time number was "
                    "too old. The "
                    "client repeats the request without asking anybody.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the parameters of the challenge",
     .scene = "analysis/refusal_test.cpp NormDigest005"},
    check};

}  // namespace why401
