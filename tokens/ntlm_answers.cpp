// Which challenge an AUTHENTICATE message answers (MS-NLMP 3.1.5.1.2: the client copies TargetInfo).
#include "tokens/ntlm.h"

namespace why401::ntlm {

namespace {

/// Whether a name that both lists carry differs. A name that only one carries proves nothing: clients add
/// some.
bool names_differ(const AvPairs& echoed, const AvPairs& sent) {
    for (std::uint16_t id = kAvNbComputerName; id <= kAvDnsTreeName; ++id) {
        const AvPair* a = find(echoed, id);
        const AvPair* b = find(sent, id);
        if (a != nullptr && b != nullptr && a->value != b->value) return true;
    }
    return false;
}

}  // namespace

Answer answers(const AuthenticateMessage& reply, const ChallengeMessage& challenge) {
    if (!reply.v2) return Answer::CannotTell;
    if (names_differ(reply.v2->pairs, challenge.target_info)) return Answer::No;
    const auto echoed = av_timestamp(reply.v2->pairs);
    const auto sent = challenge.timestamp();
    if (!echoed || !sent) return Answer::CannotTell;
    return *echoed == *sent ? Answer::Yes : Answer::No;
}

}  // namespace why401::ntlm
