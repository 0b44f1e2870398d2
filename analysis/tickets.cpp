#include "analysis/tickets.h"

#include <algorithm>
#include <functional>

#include "analysis/ticket.h"

namespace why401 {
namespace {

constexpr std::size_t kKeptShown = 64;
constexpr std::size_t kKeptServices = 64;
constexpr std::size_t kKeptShowed = 16;
constexpr std::size_t kKeptDoors = 64;
constexpr std::size_t kKeptRefusals = 8;

template <typename T>
void keep(std::deque<T>& list, T value, std::size_t most) {
    list.push_back(std::move(value));
    if (list.size() > most) list.pop_front();
}

std::string door(const ExchangeFacts& facts) {
    return facts.space == Space::Proxy ? std::string("proxy") : facts.origin;
}

std::string service_key(const ExchangeFacts& facts, const Ticket& ticket) {
    return door(facts) + " " + ticket.request->realm + " " + ticket.request->spn();
}

std::size_t hash_of(const ExchangeFacts& facts) {
    return std::hash<std::string>{}(facts.own_credentials()->view.parsed.token68);
}

}  // namespace

const Tickets::Service* Tickets::find(const std::string& key) const {
    const auto at = std::find_if(services_.begin(), services_.end(),
                                 [&](const Service& known) { return known.key == key; });
    return at == services_.end() ? nullptr : &*at;
}

Tickets::Service& Tickets::service(const std::string& key) {
    const auto at = std::find_if(services_.begin(), services_.end(),
                                 [&](const Service& known) { return known.key == key; });
    if (at != services_.end()) return *at;
    keep(services_, Service{key, std::nullopt, {}}, kKeptServices);
    return services_.back();
}

TicketHistory Tickets::of(const ExchangeFacts& facts) const {
    TicketHistory history;
    const std::string here = door(facts);
    for (const Door& known : doors_) {
        if (known.key != here) continue;
        history.computer = known.computer;
        history.dns_computer = known.dns_computer;
        history.computer_by = known.by;
    }
    const std::string host = bare_host(facts);
    for (const Showed& known : showed_)
        if (known.user_agent == facts.user_agent && known.host != host) history.elsewhere = known.exchange;
    const auto ticket = ticket_of(facts);
    if (!ticket) return history;
    const std::size_t hash = hash_of(facts);
    for (const Shown& known : shown_) {
        if (known.hash != hash) continue;
        history.same_before = known.exchange;
        history.same_accepted = known.accepted;
    }
    if (const Service* known = find(service_key(facts, *ticket))) {
        history.accepted = known->accepted;
        history.refused = known->refused;
    }
    return history;
}

void Tickets::remember_computer(const ExchangeFacts& facts) {
    if (!facts.challenges().ntlm) return;
    const ntlm::ChallengeMessage& message = *facts.challenges().ntlm;
    const ntlm::AvPair* dns = ntlm::find(message.target_info, ntlm::kAvDnsComputerName);
    Door door_now{door(facts), message.computer(), dns == nullptr ? std::string() : dns->text(), facts.id};
    if (door_now.computer.empty() && door_now.dns_computer.empty()) return;
    std::erase_if(doors_, [&](const Door& known) { return known.key == door_now.key; });
    keep(doors_, std::move(door_now), kKeptDoors);
}

void Tickets::after(const ExchangeFacts& facts, bool recognised) {
    remember_computer(facts);
    const auto ticket = ticket_of(facts);
    if (!ticket || facts.answered_by_us) return;
    const bool accepted = (facts.let_in() && facts.status < 400) || recognised || completed(facts);
    keep(shown_, Shown{hash_of(facts), facts.id, accepted}, kKeptShown);
    const std::string host = bare_host(facts);
    std::erase_if(showed_, [&](const Showed& known) {
        return known.user_agent == facts.user_agent && known.host == host;
    });
    keep(showed_, Showed{facts.user_agent, host, facts.id}, kKeptShowed);
    Service& known = service(service_key(facts, *ticket));
    if (accepted) {
        known.accepted =
            AcceptedTicket{facts.id, ticket->request->ticket.kvno, ticket->request->ticket.etype};
        known.refused.clear();
    } else if (facts.refused() && !negotiation_goes_on(facts)) {
        if (known.refused.size() >= kKeptRefusals) known.refused.erase(known.refused.begin());
        known.refused.push_back(facts.id);
    }
}

}  // namespace why401
