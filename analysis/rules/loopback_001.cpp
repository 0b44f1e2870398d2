#include "analysis/stated_reason.h"
#include "analysis/words.h"
#include "wire/ascii.h"

namespace why401 {
namespace {

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1" || address == "[::1]";
}

/// The two addresses show one machine: a connection to itself, or from and to the same address.
bool one_address(const Case& c) {
    const NtlmTrail& trail = c.ntlm;
    if (c.now.log && !c.now.log->client_ip.empty() && c.now.log->client_ip == c.now.log->server_ip)
        return true;
    return is_loopback(trail.server_address) ||
           (!trail.client_address.empty() && trail.client_address == trail.server_address);
}

bool known_windows(const ExchangeFacts& now) {
    return now.server == ServerKind::Iis || now.server == ServerKind::HttpSys;
}

/// The site is called by a name that the machine does not own.
bool foreign_name(const std::string& host, const ntlm::ChallengeMessage& challenge) {
    const std::string netbios = ntlm::av_text(challenge.target_info, ntlm::kAvNbComputerName);
    const std::string dns = ntlm::av_text(challenge.target_info, ntlm::kAvDnsComputerName);
    const bool address =
        !host.empty() && (host.front() == '[' || host.find_first_not_of("0123456789.") == std::string::npos);
    return !address && !same_name(host, netbios) && !same_name(host, dns) && !same_name(host, "localhost");
}

Verdict check(const Case& c) {
    const ExchangeFacts& now = c.now;
    if (now.status != 401 || now.step() != Step::Authenticate || now.challenges().ntlm || c.recognised())
        return NotApplicable{};
    if (!known_windows(now) || c.split() || c.history.accepted || !c.standing.answered)
        return NotApplicable{};
    const auto reason = stated_reason(c);
    if (reason && !reason->is(CodeTopic::Credentials) && !reason->is(CodeTopic::Binding))
        return NotApplicable{};
    const auto* message = now.own_credentials()->view.authenticate();
    const IssuedChallenge& challenge = c.standing.answered->challenge;
    const std::string computer = ntlm::av_text(challenge.message.target_info, ntlm::kAvNbComputerName);
    const std::string host = host_of(now);
    if (message == nullptr || computer.empty() || !same_name(message->workstation.text, computer) ||
        !foreign_name(host, challenge.message))
        return NotApplicable{};
    Found found;
    found.confidence = one_address(c) ? Confidence::Likely : Confidence::Possible;
    found.culprit = Culprit::Server;
    found.because = "The client of " + name(now.id) + " runs on " + printable(computer, 80) +
                    ", which is the server itself, and calls the site " + printable(host, 120) +
                    ", a name that this machine does not know as its own; Windows refuses NTLM logins from a "
                    "machine to itself under such a name, and " +
                    answer(c) + ".";
    found.evidence = {proof(challenge.exchange, challenge.place, "the server is " + printable(computer, 80)),
                      request_proof(now, "and so is the client's workstation"), answer_proof(now, "refused")};
    if (reason) found.evidence.push_back(reason->stated.where);
    found.not_visible = {"whether the password is right: try it from another machine",
                         "the settings BackConnectionHostNames and DisableLoopbackCheck"};
    found.consequence = "The site works from everywhere but from the server itself.";
    return found;
}

constexpr std::string_view kFix[] = {
    "browse the site from another machine",
    "or add its name to BackConnectionHostNames (HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0)",
    "DisableLoopbackCheck does the same for all names, and gives up the protection"};
constexpr Source kSources[] = {{"Microsoft KB 896861",
                                "https://learn.microsoft.com/troubleshoot/windows-server/networking/"
                                "accessing-server-locally-with-fqdn-cname-alias-denied"}};

}  // namespace

extern constinit const Rule loopback_001{
    {.id = "LOOPBACK-001",
     .title = "the site is opened on the server itself under another name (loopback check)",
     .severity = Severity::Error,
     .explanation =
         "Windows protects itself against logins that are sent back to their sender. The same happens to a "
         "proxy that runs on the server.",
     .fix = kFix,
     .sources = kSources,
     .needs = "CHALLENGE and AUTHENTICATE with the names of both machines",
     .scene = "analysis/ntlm_message_test.cpp Loopback001"},
    check};

}  // namespace why401
