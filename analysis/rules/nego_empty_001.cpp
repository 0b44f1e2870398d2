#include <algorithm>

#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// What an exporter wrote over the secret is not what the client sent: "***", "<redacted>", "[REMOVED]".
bool looks_redacted(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char ch) { return static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch); });
    for (const std::string_view mark : {"redact", "remov", "hidden", "secret", "***", "...", "xxx", "<", "["})
        if (low.find(mark) != std::string::npos) return true;
    return false;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    const CredentialFacts* own = now.own_credentials();
    if (!now.refused() || now.answered_by_us || own == nullptr || !own->view.connection_based())
        return NotApplicable{};
    const bool empty = own->view.step == Step::Empty;
    const auto* unknown = std::get_if<UnknownToken>(&own->view.token);
    const bool garbled = unknown != nullptr && !unknown->anomalies.empty() &&
                         unknown->anomalies.front().what.starts_with("neither base64");
    if (!empty && !garbled) return NotApplicable{};
    if (garbled && looks_redacted(unknown->bytes))
        return CannotTell{"the credentials: the record hides them"};
    if (empty && now.status == 401 && now.challenges().any()) {
        if (c.sequel.state == Sequel::State::Awaited) return Waiting{};
        if (c.answered() || c.served_elsewhere()) return NotApplicable{};  // NORM-ANON-001
    }
    const std::string scheme = printable(own->view.scheme, 40);
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because = "The client wrote " + scheme + " into its credentials in " + name(now.id) +
                    (empty ? " and nothing after it: it had no token to send."
                           : " and something after it that is not base64, so there is no token to read.");
    found.evidence = {request_proof(now, empty ? scheme + ", and no token" : "not a token"),
                      answer_proof(now, "asks for a login")};
    found.ruled_out = {"the password: nothing of it was sent"};
    found.not_visible = {
        "why the client could not make a token: it lacks a ticket or a password, or may not use "
        "them for this site"};
    found.consequence = "The server counts such a request as one without credentials.";
    return found;
}

constexpr std::string_view kFix[] = {
    "give the client credentials: kinit or a domain login for Kerberos, user and password for NTLM",
    "browsers: the site must be in the zone or list for which they log in by themselves",
    "a program that writes the field itself: it must ask its GSS-API or SSPI library for the token"};
constexpr Source kSources[] = {{"RFC 4559 4.1", "https://www.rfc-editor.org/rfc/rfc4559#section-4.1"}};

}  // namespace

extern constinit const Rule nego_empty_001{
    {.id = "NEGO-EMPTY-001",
     .title = "the client names the scheme but sends no token with it",
     .severity = Severity::Error,
     .explanation =
         "The name of a scheme is an offer when a server writes it. From a client it needs a token after "
         "it, or it proves nothing.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's credentials",
     .scene = "analysis/negotiate_rules_test.cpp NegoEmpty001"},
    check};

}  // namespace why401
