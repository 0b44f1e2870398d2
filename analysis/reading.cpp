#include "analysis/reading.h"

namespace why401 {
namespace {

/// Of a row of the server's log, as far as its place among the others tells.
std::string leg_in_log(const Case& c) {
    const bool challenged = number(c.trail.challenge) != 0;
    switch (log_leg(c.now)) {
        case LogLeg::Anonymous: return "anonymous";
        case LogLeg::Challenge: return "negotiate";
        case LogLeg::Refusal:
            if (challenged) return "authenticate";
            return c.now.log->user.empty() ? "none" : "single";
        case LogLeg::Served:
            if (challenged) return "authenticate";
            return number(c.trail.asked) != 0 ? "single" : "none";
        default: return "none";
    }
}

std::string leg_of(const ExchangeFacts& facts) {
    switch (facts.step()) {
        case Step::None:
            return facts.request_seen && facts.refused() && !facts.credentials_withheld ? "anonymous"
                                                                                        : "none";
        case Step::Negotiate: return "negotiate";
        case Step::Authenticate: return "authenticate";
        default: return "single";
    }
}

}  // namespace

ExchangeReading read_case(const Case& c) {
    ExchangeReading reading;
    reading.exchange = c.now.id;
    reading.substatus = c.substatus;
    if (const auto* own = c.now.own_credentials())
        reading.scheme = own->view.scheme;
    else if (c.now.challenges().any())
        reading.scheme = c.now.challenges().schemes.front();
    reading.leg = c.now.from_log_alone() ? leg_in_log(c) : leg_of(c.now);
    if (reading.scheme.empty() && (log_leg(c.now) == LogLeg::Challenge || number(c.trail.challenge) != 0))
        reading.scheme = "NTLM";
    reading.conversation = c.conversation;
    if (!c.now.user().empty())
        reading.client_identity = named(c.now.user());
    else if (c.now.step() == Step::None && c.standing.client)
        reading.client_identity = named(c.standing.client->identity);
    if (!c.now.let_in()) return reading;
    if (!c.now.user().empty())
        reading.identity = named(c.now.user());
    else if (c.standing.server && !c.standing.server->per_request && !c.standing.server->doubted)
        reading.identity = named(c.standing.server->identity);
    return reading;
}

}  // namespace why401
