#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

enum class Where { Nowhere, BareAnswer, Refused, Unanswered };

Where broken(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.step() == Step::Negotiate && now.refused() && !now.challenges().token)
        return now.challenges().connection_based ? Where::BareAnswer : Where::Nowhere;
    if (c.failed_authenticate() && !now.challenges().ntlm && !c.recognised()) return Where::Refused;
    const bool left = c.anonymous_refusal() && c.gave_up() && !c.served_elsewhere() &&
                      c.sequel.ending != Sequel::Ending::RecordEnded;
    return left && now.challenges().only_connection_based ? Where::Unanswered : Where::Nowhere;
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.http_major < 2) return NotApplicable{};
    const Where where = broken(c);
    if (where == Where::Nowhere) return NotApplicable{};
    const std::string version = "HTTP/" + std::to_string(now.http_major);
    Found found;
    found.confidence = where == Where::BareAnswer ? Confidence::Likely : Confidence::Possible;
    found.culprit = now.intermediary.empty() ? Culprit::Server : Culprit::Intermediary;
    found.because = name(now.id) + " went over " + version +
                    ", where one connection carries the requests of many, " +
                    "and NTLM logs in a connection: " +
                    (where == Where::BareAnswer ? "the NEGOTIATE was answered by a bare challenge."
                     : where == Where::Refused  ? "the AUTHENTICATE of " + who(now.user()) + " was refused."
                                                : "the server offered " + offered(now.challenges()) +
                                                     " and the client did not go on over HTTP/1.1.");
    found.evidence = {request_proof(now, "over " + version), answer_proof(now, "what the server wants")};
    found.not_visible = {"whether the server reset the stream with HTTP_1_1_REQUIRED",
                         "what " + version + " becomes behind the machine that ends it"};
    if (where == Where::Refused) found.not_visible.push_back("whether the password is right");
    found.consequence = "Browsers fall back to HTTP/1.1 by themselves; other clients cannot log in.";
    if (where != Where::Unanswered) found.outcome = "broken";
    return found;
}

constexpr std::string_view kFix[] = {
    "offer HTTP/1.1 alone (ALPN) for sites that ask for NTLM or Negotiate",
    "a proxy that turns HTTP/2 into HTTP/1.1 must keep a server connection for each client connection",
    "let the client ask with HTTP/1.1 (curl: --http1.1)"};
constexpr Source kSources[] = {
    {"HTTP/2 on IIS", "https://learn.microsoft.com/iis/get-started/whats-new-in-iis-10/http2-on-iis"},
    {"RFC 9113 7, HTTP_1_1_REQUIRED", "https://www.rfc-editor.org/rfc/rfc9113#section-7"}};

}  // namespace

extern constinit const Rule ntlm_h2_001{
    {.id = "NTLM-H2-001",
     .title = "a login that belongs to a connection does not work over HTTP/2",
     .severity = Severity::Warning,
     .explanation =
         "HTTP/2 mixes many requests on one connection, and may mix many users. IIS does not do Windows "
         "authentication there and asks for HTTP/1.1.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the version of HTTP that was spoken",
     .scene = "analysis/ntlm_upload_test.cpp NtlmH2001"},
    check};

}  // namespace why401
