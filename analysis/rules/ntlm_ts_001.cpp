#include "analysis/stated_reason.h"
#include "analysis/words.h"
#include "wire/utc.h"

namespace why401 {
namespace {

constexpr std::int64_t kTooFar = 30 * 60;  // seconds; servers that look at the time draw the line there

/// The client's own clock inside an NTLMv2 response: only when it did not copy the server's.
std::optional<std::int64_t> client_clock(const ntlm::AuthenticateMessage& message) {
    if (!message.v2 || message.v2->time == 0 || ntlm::av_timestamp(message.v2->pairs) == message.v2->time)
        return std::nullopt;
    return ntlm::filetime_to_unix(message.v2->time);
}

std::optional<std::int64_t> server_clock(const ExchangeFacts& now, const ntlm::AuthenticateMessage& message) {
    if (const auto echoed = ntlm::av_timestamp(message.v2->pairs)) return ntlm::filetime_to_unix(*echoed);
    return parse_http_date(now.date);
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.step() != Step::Authenticate || now.challenges().ntlm || c.recognised() ||
        c.split())
        return NotApplicable{};
    if (c.history.accepted || stated_reason(c)) return NotApplicable{};  // then it is something else
    const auto* message = now.own_credentials()->view.authenticate();
    const auto client = message == nullptr ? std::nullopt : client_clock(*message);
    if (!client) return NotApplicable{};
    const auto server = server_clock(now, *message);
    if (!server) return CannotTell{"the server's clock (Date in its answer)"};
    const std::int64_t apart = *client - *server;
    if (apart < kTooFar && apart > -kTooFar) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Possible;
    found.culprit = Culprit::Client;
    found.because = "The client's clock in " + name(now.id) + " is " +
                    duration((apart < 0 ? -apart : apart) * 1'000'000) +
                    (apart < 0 ? " behind" : " ahead of") + " the server's (" +
                    ntlm::filetime_text(message->v2->time) + " in the response of " + login_name(now) +
                    "); some servers refuse NTLMv2 responses whose "
                    "time is half an hour off.";
    found.evidence = {request_proof(now, "made at " + ntlm::filetime_text(message->v2->time)),
                      answer_proof(now, "refused" + (now.date.empty() ? std::string()
                                                                      : ", at " + printable(now.date, 40)))};
    found.not_visible = {"whether this server looks at the time at all", "whether the password is right"};
    found.consequence = "Kerberos would fail with such clocks as well.";
    return found;
}

constexpr std::string_view kFix[] = {"set the clock of the client (and look at its time zone)",
                                     "then look at user name and password"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.1.5.1.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_ts_001{
    {.id = "NTLM-TS-001",
     .title = "the client's clock is far from the server's",
     .severity = Severity::Warning,
     .explanation =
         "An NTLMv2 response says when it was made, by the server's clock where the CHALLENGE tells it, "
         "else by the client's. Servers may refuse old ones.",
     .fix = kFix,
     .sources = kSources,
     .needs = "an NTLMv2 response with a time of the client's own, and the server's Date",
     .scene = "analysis/ntlm_message_test.cpp NtlmTs001"},
    check};

}  // namespace why401
