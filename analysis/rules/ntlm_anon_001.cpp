#include "analysis/stated_reason.h"
#include "analysis/words.h"

namespace why401 {
namespace {

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (!now.refused() || now.step() != Step::Authenticate || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    const auto* message = now.own_credentials()->view.authenticate();
    if (message == nullptr || message->kind != ntlm::ResponseKind::Anonymous) return NotApplicable{};
    Found found;
    found.confidence = Confidence::Certain;
    found.culprit = Culprit::Client;
    found.because =
        "The AUTHENTICATE of " + name(now.id) +
        " names no user and proves no password: the client logged in as nobody" +
        (message->workstation.empty() ? std::string()
                                      : " (from " + printable(message->workstation.text, 80) + ")") +
        ", and " + answer(c) + ".";
    found.evidence = {request_proof(now, "an empty user name and an empty response"),
                      answer_proof(now, "refused")};
    found.ruled_out = {"a wrong password: none was used", "the connection: the message itself says it"};
    found.not_visible = {"why the program has no credentials"};
    found.consequence = "The program is refused wherever a user is asked for.";
    return found;
}

constexpr std::string_view kFix[] = {
    "give the program an account: a service as Local System or Network Service should use the computer "
    "account, "
    "an application pool its own identity",
    "when it acts for a user of its own: a login over NTLM cannot be passed on to a second server; use "
    "Kerberos "
    "with delegation",
    "look for a policy or a zone that makes the client log on as anonymous"};
constexpr Source kSources[] = {
    {"MS-NLMP 3.2.5.1.2", "https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/"}};

}  // namespace

extern constinit const Rule ntlm_anon_001{
    {.id = "NTLM-ANON-001",
     .title = "the client logged in as nobody (a null session)",
     .severity = Severity::Error,
     .explanation =
         "NTLM knows a login without user and password. A program does that when it has no credentials of "
         "its own, for instance when it should pass on those of somebody else.",
     .fix = kFix,
     .sources = kSources,
     .needs = "the AUTHENTICATE message and its answer",
     .scene = "analysis/ntlm_message_test.cpp NtlmAnon001"},
    check};

}  // namespace why401
