#include "analysis/verdict.h"
#include "analysis/words.h"

namespace why401 {
namespace {

bool uploads(const ExchangeFacts& now) {
    return now.method == "POST" || now.method == "PUT" || now.method == "PATCH";
}

/// Refused with its content, accepted without it, or refused for its length now.
Verdict lost(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool wants_length = now.status == 411;
    if (now.step() != Step::Authenticate || !now.let_in() || (now.status >= 300 && !wants_length) ||
        now.request_content > 0 || !c.ntlm.upload)
        return NotApplicable{};
    Found found;
    found.confidence = Confidence::Likely;
    found.culprit = Culprit::Client;
    found.because = "The client sent " + std::to_string(c.ntlm.upload->length) + " bytes with the " +
                    now.method + " of " + name(c.ntlm.upload->exchange) + " and was asked to log in; the " +
                    now.method + " of " + name(now.id) + ", which " +
                    (wants_length ? "the server answered 411 (Length Required)" : "the server accepted") +
                    ", carries none.";
    found.evidence = {
        {c.ntlm.upload->exchange, "request.body", std::nullopt, "the content, refused with its request"},
        request_proof(now, "the login, without content"),
        proof(now.id, now.status_line, wants_length ? "asks for the content" : "accepted")};
    found.not_visible = {"whether the client sent the content in a request of its own afterwards"};
    found.consequence =
        wants_length ? "The upload fails." : "The application saw an empty " + now.method + ".";
    return found;
}

/// A client that begins its login with an empty POST, and a server that wants none.
Verdict empty_refused(const Case& c) {
    const ExchangeFacts& now = c.now;
    const bool refused = now.status == 411 || now.status == 400;
    if (now.step() != Step::Negotiate || now.request_content > 0 || !refused || now.answered_by_us)
        return NotApplicable{};
    Found found;
    found.confidence = now.status == 411 ? Confidence::Likely : Confidence::Possible;
    found.culprit = now.intermediary.empty() ? Culprit::Server : Culprit::Intermediary;
    found.because = "The client began its login in " + name(now.id) + " with an empty " + now.method +
                    ", keeping the content until it is logged in, and was answered " +
                    std::to_string(now.status) + " instead of a CHALLENGE.";
    found.evidence = {request_proof(now, "NEGOTIATE, with a " + now.method + " without content"),
                      proof(now.id, now.status_line, "refused before the login")};
    found.not_visible = {"who refused: the server, or a filter in front of it"};
    found.consequence = "The login never begins, so the upload fails.";
    found.outcome = "broken";
    return found;
}

/// Sent before the 401 was read, into a connection that the server then cut.
Verdict cut_off(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!c.anonymous_refusal() || now.request_content == 0 || now.expects_continue || !c.gave_up() ||
        c.served_elsewhere() || !now.challenges().connection_based || c.standing.client || c.recognised())
        return NotApplicable{};
    const bool broken = now.fault.has_value();
    if (!broken && !now.response_closes) return NotApplicable{};
    Found found;
    found.confidence = broken ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = "The client sent " + std::to_string(now.request_content) + " bytes with the " +
                    now.method + " of " + name(now.id) +
                    " without waiting for an answer; the server asked for a login and " +
                    (broken ? "the connection broke (" + printable(now.fault->what, 120) + ")"
                            : std::string("closed the connection")) +
                    ", and the client did not try again.";
    found.evidence = {proof(now.id, now.request_line, "the upload"), answer_proof(now, "asks for a login")};
    if (now.connection_field) found.evidence.push_back(proof(now.id, *now.connection_field, "and closes"));
    found.not_visible = {"whether the client read the 401 before it saw the connection break"};
    found.consequence = "The upload fails, mostly when it is large.";
    return found;
}

Verdict check(const Case& c) {
    if (!uploads(c.now)) return NotApplicable{};
    for (const auto part : {lost, empty_refused, cut_off})
        if (Verdict verdict = part(c); std::holds_alternative<Found>(verdict)) return verdict;
    return NotApplicable{};
}

constexpr std::string_view kFix[] = {
    "let the client log in with a small GET first, on the connection that it will use",
    "or let it send Expect: 100-continue and wait",
    "a filter in front of the server must let POST with Content-Length: 0 pass"};
constexpr Source kSources[] = {
    {"RFC 9110 10.1.1, Expect", "https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1"},
    {"RFC 9112 9.6, closing early", "https://www.rfc-editor.org/rfc/rfc9112#section-9.6"}};

}  // namespace

extern constinit const Rule ntlm_post_001{
    {.id = "NTLM-POST-001",
     .title = "what was to be uploaded got lost in the login",
     .severity = Severity::Error,
     .explanation =
         "A login takes several requests, and the content must travel with the last of them. Clients send "
         "it too early, or forget to send it again.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the legs of the login, with the length of their content",
     .scene = "analysis/ntlm_upload_test.cpp NtlmPost001"},
    check};

}  // namespace why401
