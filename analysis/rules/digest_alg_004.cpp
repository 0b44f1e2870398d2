#include <algorithm>

#include "analysis/doors.h"
#include "analysis/scheme_case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

struct Fault {
    std::string what;  ///< completes "the answer of ..."
    std::string_view parameter;
};

bool among(const std::vector<std::string>& list, std::string_view item) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& one) { return same_name(one, item); });
}

/// By the credentials alone.
std::optional<Fault> malformed(const digest::Params& sent) {
    if (const std::string_view part = digest::missing_part(sent); !part.empty())
        return Fault{"lacks " + std::string(part) + ", without which nobody can check it", part};
    const std::string_view algorithm = sent.value("algorithm");
    const auto digits = digest::response_length(algorithm);
    if (!digits)
        return Fault{"names the algorithm " + printable(algorithm, 40) + ", which nobody knows", "algorithm"};
    if (const std::size_t length = sent.value("response").size(); length != *digits)
        return Fault{"has " + std::to_string(length) + " digits where " +
                         std::string(algorithm.empty() ? "MD5" : algorithm) + " makes " +
                         std::to_string(*digits),
                     "response"};
    return std::nullopt;
}

/// Beside the challenge that it answers.
std::optional<Fault> unlike(const digest::Params& sent, const NonceFacts& asked) {
    std::string_view algorithm = sent.value("algorithm");
    if (algorithm.empty()) algorithm = "MD5";
    if (!among(asked.algorithms, algorithm))
        return Fault{
            "uses " + printable(algorithm, 40) + ", and the challenge asked for " + list(asked.algorithms),
            "algorithm"};
    const std::string_view qop = sent.value("qop");
    if (!qop.empty() && asked.qops.empty())
        return Fault{"uses qop=" + printable(qop, 40) + ", and the challenge offered none", "qop"};
    if (!qop.empty() && !among(asked.qops, qop))
        return Fault{"uses qop=" + printable(qop, 40) + ", and the challenge offered " + list(asked.qops),
                     "qop"};
    if (qop.empty() && !asked.qops.empty())
        return Fault{"has no qop, and the challenge asked for " + list(asked.qops), "qop"};
    return std::nullopt;
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Digest");
    if (own == nullptr || own->view.digest() == nullptr) return NotApplicable{};
    const digest::Params& sent = *own->view.digest();
    auto fault = malformed(sent);
    const bool alone = fault.has_value();
    const auto& asked = c.history.nonce;
    if (!fault && !asked) return CannotTell{"the challenge that this Digest answer belongs to"};
    if (!fault) fault = unlike(sent, *asked);
    if (!fault) return NotApplicable{};
    Found found;
    // A server that knows the old form (RFC 2069) may well take an answer without qop.
    const bool old_form = !alone && sent.value("qop").empty() && fault->parameter == "qop";
    found.confidence = old_form ? Confidence::Likely : Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "The Digest answer of " + who(printable(c.now.user(), 80)) + " in " + name(c.now.id) +
                    " " + fault->what + ".";
    found.evidence = {proof(c.now.id, place_of(*own, fault->parameter), "it " + fault->what)};
    if (!alone) found.evidence.push_back(proof(asked->issued, asked->place, "what was asked for"));
    found.evidence.push_back(answer_proof(c.now, "the refusal"));
    found.not_visible = {"whether the password is right: the answer could not be checked against it"};
    found.consequence = "No password can help until both sides compute the same thing.";
    return found;
}

constexpr std::string_view kFix[] = {
    "let the client use an algorithm and a qop that the server offers, or update it",
    "or let the server offer what its clients know (many know MD5 only)"};
constexpr Source kSources[] = {{"RFC 7616 3.3", "https://www.rfc-editor.org/rfc/rfc7616#section-3.3"},
                               {"RFC 7616 3.4", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4"}};

}  // namespace

extern constinit const Rule digest_alg_004{
    {.id = "DIGEST-ALG-004",
     .title = "the client's Digest answer is made in a way that the server did not ask for",
     .severity = Severity::Error,
     .explanation = "Algorithm, qop and the parts that go with them are the server's choice. An answer made "
                    "otherwise, or with a part missing, cannot be checked.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the credentials, and the challenge they answer",
     .scene = "analysis/digest_test.cpp DigestAlg004"},
    check};

}  // namespace why401
