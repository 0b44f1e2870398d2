#include <algorithm>
#include <array>

#include "analysis/scheme_case.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

struct Fault {
    std::string what;  ///< completes "the client's Authorization field ..."
    bool proven = true;
};

/// What programs put where a token should be when they have none.
constexpr std::array<std::string_view, 9> kNothing = {"null",   "undefined", "none",  "nil",    "NaN",
                                                      "(null)", "false",     "token", "[object"};

std::optional<Fault> fault_of(const CredentialView& view, std::string_view text) {
    if (view.scheme.empty()) return Fault{"holds a token without the word Bearer in front"};
    if (!view.is("Bearer")) return std::nullopt;
    if (view.step == Step::Empty) return Fault{"says Bearer, and no token follows"};
    for (const std::string_view nothing : kNothing)
        if (same_name(text, nothing) || (nothing == "[object" && text.starts_with(nothing)))
            return Fault{"holds the word " + std::string(nothing == "[object" ? "[object Object]" : nothing) +
                         " where a token belongs"};
    if (same_name(text.substr(0, 7), "Bearer ")) return Fault{"says Bearer twice"};
    if (text.starts_with(":")) return Fault{"has a colon after the word Bearer"};
    if (text.starts_with("\"") || text.starts_with("'")) return Fault{"has quotes around the token"};
    if (text.starts_with("<") || text.starts_with("{") || text.starts_with("$"))
        return Fault{"holds a placeholder that was never filled in"};
    const auto* token = view.bearer();
    if (token == nullptr) return std::nullopt;  // parameters, as DPoP and others have them
    if (text.find_first_of(" \t") != std::string_view::npos) return Fault{"has a blank inside the token"};
    if (token->is_broken_jwt())
        return Fault{
            "holds a JWT that is cut off or mangled: it is not three parts of "
            "base64url"};
    if (!token->anomalies.empty() && token->anomalies.front().what.starts_with("a character"))
        return Fault{"holds a character that no token may have"};
    return std::nullopt;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (own == nullptr || !now.schemes || now.answered_by_us || !now.refused() || c.recognised())
        return NotApplicable{};
    if (!now.credentials_reached_server[now.space] || c.history.accepted_same) return NotApplicable{};
    const CredentialView& view = own->view;
    // Without its scheme a token may be what an API of its own kind wants.
    if (view.scheme.empty() && (view.bearer() == nullptr || !now.challenges().offers("Bearer")))
        return view.bearer() == nullptr ? Verdict{NotApplicable{}}
                                        : Verdict{CannotTell{"whether the server wants the scheme Bearer"}};
    // Outlook asks so which schemes there are, and then logs in by one of them.
    if (view.is("Bearer") && view.step == Step::Empty && now.challenges().any()) {
        if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
        if (c.answered() || c.served_elsewhere()) return NotApplicable{};
    }
    const auto* token = view.bearer();
    auto fault = fault_of(view, token != nullptr ? std::string_view(token->text) : std::string_view{});
    if (!fault && token != nullptr && now.schemes->says(TokenFault::Malformed))
        fault = Fault{"holds a token that the server cannot read", false};
    if (!fault) return NotApplicable{};
    Found found;
    found.confidence = fault->proven ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "In " + name(now.id) + " the client's Authorization field " + fault->what + ".";
    found.evidence = {request_proof(now, "it " + fault->what), answer_proof(now, "the refusal")};
    if (now.schemes->token_words) found.evidence.push_back(said_proof(now));
    found.ruled_out = {"an expired token: it does not get so far that anybody could look"};
    if (!fault->proven) {
        found.ruled_out.clear();
        found.not_visible = {"what is wrong with it: to the eye it is one of its kind"};
    }
    found.consequence = "The server sees no valid token; logging in again does not help.";
    return found;
}

constexpr std::string_view kFix[] = {
    "send exactly \"Authorization: Bearer \" and the token as it was issued, in one line, without quotes",
    "look at where the client takes the token from: an empty variable, a store that was never filled"};
constexpr Source kSources[] = {{"RFC 6750 2.1", "https://www.rfc-editor.org/rfc/rfc6750#section-2.1"}};

}  // namespace

extern constinit const Rule bearer_syntax_005{
    {.id = "BEARER-SYNTAX-005",
     .title = "the client sent something that is no bearer token",
     .severity = Severity::Error,
     .explanation =
         "A program that has no token often sends the word null instead, or builds the field wrongly.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/bearer_form_test.cpp BearerSyntax005"},
    check};

}  // namespace why401
