#include "analysis/stated.h"
#include "analysis/ticket.h"
#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

// Below this no server that is known refuses a head; 8 kB is the usual limit of Apache, nginx and Tomcat.
constexpr std::uint64_t kLarge = 4'000, kUsualLimit = 8'000;

bool log_says_too_long(const ExchangeFacts& now) {
    return now.log && (now.log->reason == "RequestLength" || now.log->reason == "FieldLength");
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 400 && now.status != 413 && now.status != 431) return NotApplicable{};
    const auto ticket = ticket_of(now);
    if (!ticket || now.answered_by_us) return NotApplicable{};
    const std::uint64_t field = now.own_credentials()->place.length;
    // Whatever takes more room than the ticket is the better suspect.
    if (field < now.cookie_bytes || field * 2 < now.request_head) return NotApplicable{};
    const bool stated = (now.page.long_fields && now.page.bytes) || log_says_too_long(now);
    if (!stated && field < (now.status == 431 ? kLarge : kUsualLimit)) return NotApplicable{};
    if (!stated && now.status == 413) return CannotTell{"the server's page: a 413 may mean the body as well"};
    Found found;
    found.confidence = stated              ? Confidence::Certain
                       : now.status == 431 ? Confidence::Likely
                                           : Confidence::Possible;
    found.culprit = stated || now.status == 431 ? Culprit::Server : Culprit::Unknown;
    found.because =
        "The Kerberos ticket in " + name(now.id) + " takes " + size_text(field) + " of the " +
        size_text(now.request_head) + " of the request's head, and the server answered " +
        std::to_string(now.status) +
        (stated ? ": it says that the head is too long for it." : " without looking at the login.");
    found.evidence = {request_proof(now, size_text(field) + " of ticket"),
                      proof(now.id, now.status_line, "refused before any login")};
    if (now.page.long_fields && now.page.bytes)
        found.evidence.push_back({now.id, "response.body", now.page.bytes, "the server says: too long"});
    else if (log_says_too_long(now))
        found.evidence.push_back(
            log_proof(now, now.log->reason, "the server's own log: the head is too long"));
    found.ruled_out = {"cookies: they take " + size_text(now.cookie_bytes),
                       "the password and the ticket itself: nobody has looked at them"};
    found.not_visible = {"the server's limit, and in how many groups the user is"};
    found.consequence = "Users in many groups cannot open this site, others can.";
    found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "raise the limit: http.sys MaxFieldLength and MaxRequestBytes (a ticket of T bytes needs 4/3 T + 200; "
    "then "
    "restart HTTP), Apache LimitRequestFieldSize, nginx large_client_header_buffers, Tomcat "
    "maxHttpRequestHeaderSize; every proxy on the way has a limit of its own",
    "make the ticket smaller: fewer groups, no old SID history",
    "IIS: authPersistNonNTLM=true, so that the ticket is sent once for a connection"};
constexpr Source kSources[] = {
    {"HTTP 400 Bad Request (Request Header too long), IIS",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/"
     "http-bad-request-response-kerberos"},
    {"Http.sys registry settings",
     "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/iisadmin-service-inetinfo/"
     "httpsys-registry-windows"},
    {"RFC 6585 5 (431)", "https://www.rfc-editor.org/rfc/rfc6585#section-5"}};

}  // namespace

extern constinit const Rule krb_big_001{
    {.id = "KRB-BIG-001",
     .title = "the Kerberos ticket makes the request's head larger than the server takes",
     .severity = Severity::Error,
     .explanation =
         "A ticket lists the user's groups, and base64 makes it a third larger. Servers refuse heads "
         "above a limit before they look at any login.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the request's head and the answer; the server's page or HTTPERR log to be certain",
     .scene = "tests/real/kerberos_refused_test.py test_a_ticket_too_large_for_the_server"},
    check};

}  // namespace why401
