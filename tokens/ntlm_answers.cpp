// Which challenge an AUTHENTICATE message answers (MS-NLMP 3.1.5.1.2: the client copies TargetInfo).
#include "tokens/ntlm.h"

namespace why401::ntlm {

namespace {

/// The names that both lists carry and that differ. A name that only one carries proves nothing: clients add
/// some, and leave some out.
std::vector<std::uint16_t> differing(const AvPairs& echoed, const AvPairs& sent) {
    std::vector<std::uint16_t> ids;
    for (std::uint16_t id = kAvNbComputerName; id <= kAvDnsTreeName; ++id) {
        const AvPair* a = find(echoed, id);
        const AvPair* b = find(sent, id);
        if (a != nullptr && b != nullptr && a->value != b->value) ids.push_back(id);
    }
    return ids;
}

}  // namespace

Answer answers(const AuthenticateMessage& reply, const ChallengeMessage& challenge) {
    if (!reply.v2) return Answer::CannotTell;
    const auto echoed = av_timestamp(reply.v2->pairs);
    const auto sent = challenge.timestamp();
    if (echoed && sent) return *echoed == *sent ? Answer::Yes : Answer::No;
    return differing(reply.v2->pairs, challenge.target_info).empty() ? Answer::CannotTell : Answer::No;
}

std::vector<std::uint16_t> changed_names(const AuthenticateMessage& reply,
                                         const ChallengeMessage& challenge) {
    if (answers(reply, challenge) != Answer::Yes) return {};
    return differing(reply.v2->pairs, challenge.target_info);
}

}  // namespace why401::ntlm
