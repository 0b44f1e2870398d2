#include "lab/ntlm_login.h"

#include <algorithm>
#include <optional>

#include "lab/accounts.h"
#include "tokens/ntlm.h"
#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/ntlm_proof.h"
#include "tokens/spnego.h"

namespace why401::lab {
namespace {

using Verdict = LoginStep::Verdict;

constexpr std::uint32_t kNegotiateMessage = 1;
constexpr std::uint32_t kAuthenticateMessage = 3;

// MS-NLMP 2.2.2.5: what is granted when the client asks for it; the rest is the server's own to say.
constexpr std::uint32_t kGranted = ntlm::kRequestTarget | ntlm::kSign | ntlm::kSeal | ntlm::kAlwaysSign |
                                   ntlm::kExtendedSessionSecurity | ntlm::kVersion | ntlm::k128 | ntlm::k56 |
                                   ntlm::kKeyExchange;

std::uint32_t challenge_flags(std::uint32_t asked) {
    // MS-NLMP 3.2.5.1.1: Unicode wins when both are asked for, and one of them is always chosen.
    const bool oem_only = (asked & ntlm::kOem) != 0 && (asked & ntlm::kUnicode) == 0;
    return (asked & kGranted) | (oem_only ? ntlm::kOem : ntlm::kUnicode) | ntlm::kNtlm |
           ntlm::kTargetTypeDomain | ntlm::kTargetInfo | ntlm::kRequestTarget;
}

std::string write_challenge(std::uint32_t asked, const Machine& machine, const Chance& chance) {
    ntlm::ChallengeParts parts;
    parts.flags = challenge_flags(asked);
    parts.server_challenge = chance.server_challenge;
    parts.target_name = kDomain;
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, kDomain),
                         ntlm::av_name_pair(ntlm::kAvNbComputerName, machine.netbios),
                         ntlm::av_name_pair(ntlm::kAvDnsDomainName, kDnsDomain),
                         ntlm::av_name_pair(ntlm::kAvDnsComputerName, machine.dns_name),
                         ntlm::av_name_pair(ntlm::kAvDnsTreeName, kDnsDomain),
                         ntlm::av_timestamp_pair(chance.filetime)};
    if ((parts.flags & ntlm::kVersion) != 0) {
        ntlm::Version server_2019;
        server_2019.major = 10;
        server_2019.build = 17763;
        server_2019.revision = 15;
        parts.version = server_2019;
    }
    return ntlm::encode(parts);
}

LoginStep on_negotiate(std::string_view message, const Machine& machine, const Chance& chance) {
    const std::string challenge = write_challenge(ntlm::decode_negotiate(message).flags, machine, chance);
    return {Verdict::Challenge, ExpectAuthenticate{std::string(message), challenge}, challenge, {}};
}

LoginStep on_authenticate(const Login& login, std::string_view message, const Machine& machine,
                          const Protection& protection) {
    const ntlm::AuthenticateMessage reply = ntlm::decode_authenticate(message);
    const auto* pending = std::get_if<ExpectAuthenticate>(&login);
    if (pending == nullptr) return {Verdict::OutOfTurn, Fresh{}, {}, reply.identity()};

    if (!admits(protection, reply)) return {Verdict::Unbound, Fresh{}, {}, reply.identity()};
    const Account* account = find_account(reply.domain.text, reply.user.text, machine.netbios);
    if (account == nullptr) return {Verdict::Refused, Fresh{}, {}, reply.identity()};
    const proof::Verification verified = proof::verify_authenticate(
        proof::Secret::password(account->password), pending->negotiate, pending->challenge, message);
    if (!verified.proof_matches) return {Verdict::Refused, Fresh{}, {}, reply.identity()};
    if (verified.mic == proof::Verification::Mic::Bad)
        return {Verdict::Altered, Fresh{}, {}, reply.identity()};
    return {Verdict::Accepted, Authenticated{account->name(), {}}, {}, account->name()};
}

LoginStep on_ntlm(const Login& login, std::string_view message, const Machine& machine, const Chance& chance,
                  const Protection& protection) {
    switch (ntlm::message_type(message).value_or(0)) {
        case kNegotiateMessage:
            // 16 bytes: signature, type and flags; the rest of a NEGOTIATE is optional (MS-NLMP 2.2.1.1).
            if (message.size() < 16) break;
            return on_negotiate(message, machine, chance);
        case kAuthenticateMessage: return on_authenticate(login, message, machine, protection);
        default: break;
    }
    return {Verdict::Malformed, Fresh{}, {}, {}};
}

/// Puts the answer of the mechanism into SPNEGO (RFC 4178 4.2.2); only the first NegTokenResp names the
/// mechanism.
void wrap(LoginStep& step, bool first) {
    const std::string_view mech = first ? spnego::kNtlmMech : std::string_view{};
    if (step.verdict == Verdict::Challenge)
        step.token = spnego::encode_resp(spnego::NegState::AcceptIncomplete, mech, step.token);
    else if (step.verdict == Verdict::Accepted)
        step.token = spnego::encode_resp(spnego::NegState::AcceptCompleted, mech, {});
}

LoginStep on_spnego_init(const Login& login, const spnego::NegTokenInit& init, const Machine& machine,
                         const Chance& chance, const Protection& protection) {
    if (std::find(init.mech_types.begin(), init.mech_types.end(), spnego::kNtlmMech) == init.mech_types.end())
        return {Verdict::Malformed, Fresh{}, {}, {}};
    if (init.mech_types.front() == spnego::kNtlmMech && !init.mech_token.empty()) {
        LoginStep step = on_ntlm(login, init.mech_token, machine, chance, protection);
        wrap(step, true);
        return step;
    }
    // The client's guess was another mechanism, or it made none: ask for NTLM (RFC 4178 4.2.2,
    // accept-incomplete).
    return {Verdict::Mechanism,
            Fresh{},
            spnego::encode_resp(spnego::NegState::AcceptIncomplete, spnego::kNtlmMech, {}),
            {}};
}

LoginStep on_spnego(const Login& login, std::string_view token, const Machine& machine, const Chance& chance,
                    const Protection& protection) {
    const spnego::Message message = spnego::decode(token);
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&message))
        return on_spnego_init(login, *init, machine, chance, protection);
    if (const auto* resp = std::get_if<spnego::NegTokenResp>(&message)) {
        LoginStep step = on_ntlm(login, resp->response_token, machine, chance, protection);
        wrap(step, false);
        return step;
    }
    return {Verdict::Malformed, Fresh{}, {}, {}};
}

}  // namespace

LoginStep step(const Login& login, std::string_view scheme, std::string_view token, const Machine& machine,
               const Chance& chance, const Protection& protection) {
    LoginStep taken{Verdict::Malformed, Fresh{}, {}, {}};
    if (ntlm::message_type(token))
        taken = on_ntlm(login, token, machine, chance, protection);
    else if (scheme == kNegotiate)
        taken = on_spnego(login, token, machine, chance, protection);
    if (auto* authenticated = std::get_if<Authenticated>(&taken.next)) authenticated->scheme = scheme;
    return taken;
}

}  // namespace why401::lab
