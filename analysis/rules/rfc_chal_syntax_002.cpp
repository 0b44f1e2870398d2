#include "analysis/scheme_case.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || now.answered_by_us || !c.gave_up() || c.served_elsewhere() || !now.schemes)
        return NotApplicable{};
    const OfferedChallenge* broken = nullptr;
    bool clean = false;
    for (const OfferedChallenge& one : now.schemes->offered) {
        const bool faulty = !one.challenge.anomalies.empty() || one.challenge.scheme.empty();
        if (faulty && broken == nullptr) broken = &one;
        clean = clean || !faulty;
    }
    if (broken == nullptr) return NotApplicable{};
    const std::string what =
        broken->challenge.anomalies.empty() ? "no scheme" : broken->challenge.anomalies.front().what;
    Found found;
    const bool ended = c.sequel.ending == Sequel::Ending::RecordEnded;
    found.confidence = clean || ended ? Confidence::Possible : Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because =
        "The challenge of " + name(now.id) + ", " +
        printable(broken->challenge.scheme.empty() ? "without a scheme" : broken->challenge.scheme, 40) +
        ", does not follow the grammar (" + what + "), and the client did not answer it" +
        (ended ? " before the record ended." : ".");
    Place at = broken->place;
    if (!broken->challenge.anomalies.empty()) {
        const std::size_t offset = broken->challenge.anomalies.front().offset;
        at = {broken->field.at, broken->field.offset + offset, broken->field.length - offset};
    }
    found.evidence = {proof(now.id, at, what)};
    found.ruled_out = {"this proxy: the field is passed on as it came"};
    found.not_visible = {"how this client repairs such a challenge: they differ",
                         "whether it has credentials at all"};
    if (clean) found.not_visible.push_back("why it did not take the other challenge, which is well formed");
    found.consequence = "Some clients log in, others show the 401.";
    return found;
}

constexpr std::string_view kFix[] = {
    "correct the challenge where it is configured: scheme, blank, then name=\"value\" pairs with commas, "
    "such as "
    "Basic realm=\"My site\""};
constexpr Source kSources[] = {{"RFC 9110 11.3", "https://www.rfc-editor.org/rfc/rfc9110#section-11.3"},
                               {"RFC 9110 11.6.1", "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1"}};

}  // namespace

extern constinit const Rule rfc_chal_syntax_002{
    {.id = "RFC-CHAL-SYNTAX-002",
     .title = "the server's challenge breaks the grammar, and the client made nothing of it",
     .severity = Severity::Warning,
     .explanation =
         "Missing quotes, single quotes, a forgotten comma: each client repairs them in its own way, or "
         "not at all.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the fields of the response, and what the client did next",
     .scene = "analysis/header_syntax_test.cpp RfcChalSyntax002"},
    check};

}  // namespace why401
