#include "analysis/doors.h"
#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own == nullptr || own->view.digest() == nullptr) return NotApplicable{};
    const auto count = count_of(own->view.digest()->value("nc"));
    if (!count) return NotApplicable{};
    if (!c.history.nonce) return CannotTell{"the earlier uses of this nonce"};
    const NonceFacts& nonce = *c.history.nonce;
    // Used before and refused before says nothing: a wrong password looks like that.
    if (number(nonce.accepted) == 0 || *count > nonce.highest) return NotApplicable{};
    Found found;
    found.confidence = c.now.server == ServerKind::Apache
                           ? Confidence::Possible
                           : Confidence::Likely;  // Apache counts only when told to
    found.culprit = Culprit::Client;
    found.because = "The Digest answer of " + who(printable(c.now.user(), 80)) + " in " + name(c.now.id) +
                    " says that it is use number " + std::to_string(*count) +
                    " of its nonce, and use number " + std::to_string(nonce.highest) + " was accepted in " +
                    name(nonce.accepted) + " already: to " + keeper(c.now) +
                    " that looks like somebody repeating a recorded request.";
    found.evidence = {proof(c.now.id, place_of(*own, "nc"), "use number " + std::to_string(*count)),
                      {nonce.accepted, "response.status", std::nullopt,
                       "use number " + std::to_string(nonce.highest) + " was accepted"},
                      challenge_proof(c.now, "Digest", "refused, and not called stale")};
    found.ruled_out = {"a nonce that never was good: the same one was accepted"};
    found.not_visible = {"whether this server counts at all: some do not",
                         "in which order requests on parallel connections reached the server"};
    found.consequence = "Requests fail now and then, most of all when several run at once.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client count each use of a nonce across all its connections, or take a nonce of its own for "
    "each",
    "a server may accept counts that arrive a little out of order (Apache: AuthDigestNcCheck Off)"};
constexpr Source kSources[] = {{"RFC 7616 3.4", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4"},
                               {"RFC 7616 5.5", "https://www.rfc-editor.org/rfc/rfc7616#section-5.5"}};

}  // namespace

extern constinit const Rule digest_nc_003{
    {.id = "DIGEST-NC-003",
     .title = "the client used a Digest nonce again without counting on",
     .severity = Severity::Error,
     .explanation = "nc counts the uses of a nonce so that a recorded request is worth nothing. Parallel "
                    "connections that share a nonce, or a request that is sent again, break the count.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the earlier requests with the same nonce",
     .scene = "analysis/digest_test.cpp DigestNc003"},
    check};

}  // namespace why401
