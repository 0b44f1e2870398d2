#include "analysis/scheme_case.h"

namespace why401 {
namespace {

struct Fault {
    std::string what;     ///< completes "its Basic credentials ..."
    bool proven = false;  ///< no server can make sense of it
};

bool has(const std::vector<Anomaly>& anomalies, std::string_view what) {
    for (const Anomaly& anomaly : anomalies)
        if (anomaly.what == what) return true;
    return false;
}

/// What comes first is what a person did; the rest follows from it. Never shows what was sent.
std::optional<Fault> fault_of(const CredentialView& view) {
    if (view.step == Step::Empty) return Fault{"are empty: nothing stands after the word Basic", true};
    const auto* basic = view.basic();
    if (basic == nullptr) return Fault{"are a list of parameters, as only a challenge has them", true};
    if (has(basic->anomalies, "not a base64 character") || has(basic->anomalies, "bytes after the padding"))
        return Fault{"are not base64: quotes, a colon or another character that cannot be in it", true};
    if (has(basic->anomalies, "white space inside base64"))
        return Fault{"hold a blank: the word Basic twice, or a value cut in two", true};
    if (basic->ends_in_line_break())
        return Fault{"end in a line break after the password, as `echo` without -n adds it", true};
    if (basic->has_control_characters()) return Fault{"hold a control character", true};
    if (!basic->has_colon) return Fault{"hold no colon between user and password", true};
    if (basic->anomalies.empty()) return std::nullopt;
    return Fault{"are not strict base64 (" + basic->anomalies.front().what + ")", false};
}

Verdict check(const Case& c) {
    const CredentialFacts* own = turned_away(c, "Basic");
    if (own == nullptr) return NotApplicable{};
    if (c.history.accepted_same) return NotApplicable{};  // it was good enough before
    const auto fault = fault_of(own->view);
    if (!fault) return NotApplicable{};
    Found found;
    found.confidence = fault->proven ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The client's request of " + name(c.now.id) + " is malformed: its Basic credentials " +
                    fault->what + ", and " + keeper(c.now) + " refused them.";
    found.evidence = {request_proof(c.now, "they " + fault->what), answer_proof(c.now, "the refusal")};
    found.not_visible = {"whether user and password would be right if they were written well"};
    found.consequence = "No password can help until the field is built correctly.";
    return found;
}

constexpr std::string_view kFix[] = {
    "build it as \"Basic \" and the base64 of user:password, in the ordinary alphabet with its padding",
    "on a command line: printf '%s' 'user:password' | base64, not echo; better, let the client do it (curl "
    "--user)"};
constexpr Source kSources[] = {{"RFC 7617 2", "https://www.rfc-editor.org/rfc/rfc7617#section-2"},
                               {"RFC 4648 4", "https://www.rfc-editor.org/rfc/rfc4648#section-4"}};

}  // namespace

extern constinit const Rule basic_syntax_003{
    {.id = "BASIC-SYNTAX-003",
     .title = "the client's Basic credentials are malformed",
     .severity = Severity::Error,
     .explanation =
         "Basic is the base64 of user, colon and password. A script that writes it by hand easily gets "
         "it wrong; a line break at the end of the password is the classic.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/basic_test.cpp BasicSyntax003"},
    check};

}  // namespace why401
