#include "analysis/ntlm_domain.h"

#include "wire/ascii.h"

namespace why401 {
namespace {

bool servers_own(std::string_view domain, const ntlm::ChallengeMessage& challenge) {
    for (std::uint16_t id = ntlm::kAvNbComputerName; id <= ntlm::kAvDnsTreeName; ++id)
        if (same_name(domain, ntlm::av_text(challenge.target_info, id))) return true;
    for (const std::uint16_t id : {ntlm::kAvDnsDomainName, ntlm::kAvDnsTreeName}) {
        const std::string dns = ntlm::av_text(challenge.target_info, id);
        if (same_name(domain, dns.substr(0, dns.find('.')))) return true;  // mostly its NetBIOS name
    }
    return same_name(domain, challenge.target_name.text) || domain == ".";
}

}  // namespace

Domain domain_of(const Case& c) {
    if (c.now.own_credentials() == nullptr || !c.standing.answered) return Domain::CannotTell;
    const auto* message = c.now.own_credentials()->view.authenticate();
    const ntlm::ChallengeMessage& challenge = c.standing.answered->challenge.message;
    if (message == nullptr || message->domain.text.empty() || challenge.domain().empty())
        return Domain::CannotTell;
    if (servers_own(message->domain.text, challenge)) return Domain::Servers;
    return same_name(message->domain.text, message->workstation.text) ? Domain::Clients : Domain::Foreign;
}

}  // namespace why401
