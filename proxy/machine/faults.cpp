#include "proxy/machine/faults.h"

#include <charconv>

namespace why401 {
namespace {

using enum FaultName;

constexpr FaultText kFaults[] = {
    {CloseAfterChallenge, "close-after-challenge",
     "closes the upstream connection between the CHALLENGE and the AUTHENTICATE", "NTLM-KA-004"},
    {DropAuthorization, "drop-authorization", "removes Authorization from requests", "AUTHZ-STRIP-001"},
    {DropWwwAuthenticate, "drop-www-authenticate", "removes WWW-Authenticate from responses",
     "NTLM-STRIP-001"},
    {JoinChallenges, "join-challenges", "joins the WWW-Authenticate lines of a response into one",
     "NTLM-JOIN-001"},
    {Http10Upstream, "http10-upstream", "speaks HTTP/1.0 without keep-alive to servers", "NTLM-KA-004"},
    {AddVia, "add-via", "adds a Via field to requests, at which IIS stops remembering a login",
     "NTLM-PERSIST-001"},
    {DropProxySupport, "drop-proxy-support", "does not announce Proxy-Support: Session-Based-Authentication",
     "NTLM-PROXYSUP-001"},
    {InterleaveAnonymous, "interleave-anonymous",
     "sends an anonymous request of its own between the CHALLENGE and the AUTHENTICATE", "NTLM-PIPE-001"},
    {DelayAuthenticate, "delay-authenticate",
     "holds each AUTHENTICATE back (delay-authenticate:MILLISECONDS)", "NTLM-KA-004"},
    {RetryAuthenticate, "retry-authenticate",
     "sends each AUTHENTICATE on a new connection, as a blind retry does", "NTLM-POOL-002"},
};

constexpr std::uint32_t bit(FaultName fault) { return 1U << static_cast<unsigned>(fault); }

const FaultText* find(std::string_view name) {
    for (const FaultText& text : kFaults)
        if (text.name == name) return &text;
    return nullptr;
}

}  // namespace

std::span<const FaultText> fault_texts() { return kFaults; }

bool FaultSet::enable(std::string_view text) {
    const std::size_t colon = text.find(':');
    const FaultText* found = find(text.substr(0, colon));
    if (!found || (colon != std::string_view::npos) != (found->fault == DelayAuthenticate)) return false;
    if (found->fault == DelayAuthenticate) {
        const std::string_view digits = text.substr(colon + 1);
        int milliseconds = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
        if (error != std::errc{} || end != digits.data() + digits.size()) return false;
        if (milliseconds < 1 || milliseconds > 600'000) return false;
        delay_ = std::chrono::milliseconds(milliseconds);
    }
    bits_ |= bit(found->fault);
    return true;
}

bool FaultSet::disable(std::string_view name) {
    const FaultText* found = find(name.substr(0, name.find(':')));
    if (!found) return false;
    bits_ &= ~bit(found->fault);
    return true;
}

std::vector<std::string> FaultSet::names() const {
    std::vector<std::string> names;
    for (const FaultText& text : kFaults) {
        if (!has(text.fault)) continue;
        names.emplace_back(text.name);
        if (text.fault == DelayAuthenticate) names.back() += ":" + std::to_string(delay_.count());
    }
    return names;
}

}  // namespace why401
