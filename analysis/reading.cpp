#include "analysis/reading.h"

namespace why401 {
namespace {

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
    reading.leg = leg_of(c.now);
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
