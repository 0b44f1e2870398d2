#include "analysis/forbidden.h"
#include "analysis/stated.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

/// Whom the server took this request for, as far as the record shows.
std::string known_user(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.user().empty()) return std::string(now.user());
    if (now.log && !now.log->user.empty()) return now.log->user;
    if (!now.page.logon_user.empty() && c.now.page.logon_user != "Anonymous") return now.page.logon_user;
    const bool rides = c.standing.server && c.standing.server->client == now.client;
    return rides && now.step() == Step::None ? c.standing.server->identity : std::string();
}

/// The server said who it is before it said no.
bool login_is_proven(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool rides = now.step() == Step::None && c.standing.server && !c.standing.server->per_request &&
                       c.standing.server->client == now.client;
    return rides || c.history.accepted || (now.log && !now.log->user.empty()) ||
           (now.step() == Step::Authenticate && c.standing.answered);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 403 || now.answered_by_us || now.space != Space::Origin) return NotApplicable{};
    if (now.step() == Step::Negotiate) return NotApplicable{};
    const std::string user = known_user(c);
    if (now.own_credentials() == nullptr && user.empty()) return NotApplicable{};
    // Signed requests (AWS, HMAC) are answered 403 for a wrong signature as well.
    if (now.own_credentials() != nullptr) {
        const std::string& scheme = now.own_credentials()->view.scheme;
        if (scheme.starts_with("AWS") || scheme.find("HMAC") != std::string::npos) return NotApplicable{};
    }
    // An RFC 6750 error says itself what is missing.
    if (now.challenges().offers("Bearer")) return NotApplicable{};
    const auto stated = stated_forbidden(now);
    if (stated && is_about_tls(stated->substatus)) return NotApplicable{};
    const std::string_view meaning = stated ? meaning_of_forbidden(stated->substatus) : std::string_view();
    Found found;
    found.confidence = login_is_proven(c) ? Confidence::Certain : Confidence::Likely;
    found.culprit = Culprit::Server;
    found.because =
        (user.empty() ? std::string("The client") : printable(user, 80)) + " may not have " +
        printable(now.url, 140) + ": " + name(now.id) + " was answered " +
        (stated ? stated->value() : std::string("403")) +
        (login_is_proven(c) ? ", which is not about who it is but about what that user may do"
                            : ", which most often is about what that user may do, not about who it is") +
        (meaning.empty() ? std::string() : " (" + std::string(meaning) + ")") + ".";
    if (now.response_seen)
        found.evidence = {request_proof(now, "the request of a known user"),
                          proof(now.id, now.status_line, "forbidden, and no login is asked for")};
    else
        found.evidence = {log_proof(now, now.log ? now.log->user : "", "the user whom the server knew")};
    if (stated) found.evidence.push_back(stated->where);
    found.ruled_out = {"the password: a wrong one is answered 401"};
    if (!stated) found.not_visible = {"the server's reason: the answer gives no number"};
    if (found.confidence != Confidence::Certain)
        found.not_visible.push_back("whether the server looked at the credentials before it refused");
    found.consequence = "Logging in again, or as often as one likes, changes nothing for this user.";
    return found;
}

constexpr std::string_view kFix[] = {
    "give the user, or a group of theirs, the right to this page",
    "IIS: the number after 403 says which rule it was (the log's sc-substatus)"};
constexpr Source kSources[] = {
    {"RFC 9110 15.5.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4"},
    {"HTTP status codes in IIS",
     "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/health-diagnostic-performance/"
     "http-status-code"}};

}  // namespace

extern constinit const Rule s403_authz_001{
    {.id = "S403-AUTHZ-001",
     .title = "the login worked, and this user may not do this: the server says 403, not 401",
     .severity = Severity::Warning,
     .kind = FindingKind::Posture,
     .explanation = "401 means: say who you are. 403 means: the server has heard enough and says no. Rights "
                    "decide here, not passwords.",
     .fix = kFix,
     .sources = kSources,
     .needs = "credentials in the request or a login on its connection, and the answer",
     .scene = "analysis/forbidden_test.cpp S403Authz001"},
    check};

}  // namespace why401
