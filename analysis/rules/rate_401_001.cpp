#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.answered_by_us || !now.retry_after) return NotApplicable{};
    if (now.challenges().token || c.may_still_log_in()) return NotApplicable{};
    const bool was_good = c.history.accepted.has_value() || c.standing.server || c.history.page_was_theirs;
    if (!was_good) return CannotTell{"an earlier answer to the same credentials"};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because =
        "The server had let " + who(now.user()) + " in" +
        (c.history.accepted ? " (" + name(*c.history.accepted) + ")" : "") + " and refused " + name(now.id) +
        " with a time to wait (Retry-After): so a limit on requests answers, where 429 was meant.";
    found.evidence = {proof(now.id, *now.retry_after, "when to come back"),
                      request_proof(now, "the request")};
    if (c.history.accepted)
        found.evidence.push_back({*c.history.accepted, "response.status", std::nullopt, "let in before"});
    found.ruled_out = {"credentials that are never good here"};
    found.not_visible = {"the limit: the server or the gateway before it knows",
                         "a password that was changed in between"};
    found.consequence = "A client that asks for another password, or tries again at once, makes it worse.";
    return found;
}

constexpr std::string_view kFix[] = {
    "wait as long as it says, and ask more slowly",
    "on the server or gateway: answer 429 (RFC 6585 4) when a limit is reached"};
constexpr Source kSources[] = {
    {"RFC 9110 10.2.3, Retry-After", "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"},
    {"RFC 6585 4", "https://www.rfc-editor.org/rfc/rfc6585#section-4"}};

}  // namespace

extern constinit const Rule rate_401_001{
    {.id = "RATE-401-001",
     .title = "too many requests came, and the server says so with a 401",
     .severity = Severity::Warning,
     .explanation =
         "Some gateways answer 401 when a limit is reached. The credentials are the same as before.",
     .fix = kFix,
     .sources = kSources,
     .needs = "Retry-After in the answer, and an earlier success",
     .scene = "tests/logs/rules_test.cpp Rate401001"},
    check};

}  // namespace why401
