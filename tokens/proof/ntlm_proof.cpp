#include "tokens/proof/ntlm_proof.h"

#include <algorithm>

#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"
#include "tokens/proof/proof.h"

namespace why401::proof {

namespace {

using ntlm::AuthenticateMessage;
using ntlm::AvPair;
using ntlm::AvPairs;
using ntlm::ChallengeMessage;
using ntlm::ResponseKind;

void replace(AvPairs& pairs, AvPair pair) {
    for (AvPair& known : pairs)
        if (known.id == pair.id) {
            known = std::move(pair);
            return;
        }
    pairs.push_back(std::move(pair));
}

/// What goes into the blob: the challenge's pairs and the client's own (MS-NLMP 3.1.5.1.2).
AvPairs blob_pairs(const ChallengeMessage& challenge, const Login& login, bool with_mic) {
    AvPairs pairs = challenge.target_info;
    if (with_mic) replace(pairs, ntlm::av_flags_pair(ntlm::av_flags(pairs) | ntlm::kAvFlagMicPresent));
    if (!login.leaves_out_bindings && (!login.channel_bindings.empty() || with_mic)) {
        std::string bindings = login.channel_bindings;
        bindings.resize(16);
        replace(pairs, {ntlm::kAvChannelBindings, std::move(bindings), 0});
    }
    if (!login.spn.empty()) replace(pairs, ntlm::av_name_pair(ntlm::kAvTargetName, login.spn));
    return pairs;
}

std::uint32_t reply_flags(std::string_view negotiate, const ChallengeMessage& challenge, bool key_exchange) {
    std::uint32_t flags = challenge.flags;
    flags &= ~std::uint32_t{ntlm::kTargetTypeDomain | ntlm::kTargetTypeServer | ntlm::kVersion};
    flags |= ntlm::kNtlm;
    if ((flags & (ntlm::kUnicode | ntlm::kOem)) == 0 && !negotiate.empty())
        flags |= ntlm::decode_negotiate(negotiate).flags & ntlm::kUnicode;
    if (!key_exchange) flags &= ~std::uint32_t{ntlm::kKeyExchange};
    return flags;
}

/// The key that seals the messages: the client's random one where it was exchanged (MS-NLMP 3.4.5.1).
std::string exported_key(const AuthenticateMessage& message, const std::string& base_key) {
    const bool exchanged = (message.flags & ntlm::kKeyExchange) != 0 && message.session_key.length() == 16;
    return exchanged ? rc4(base_key, message.session_key.bytes) : base_key;
}

struct Match {
    bool proof = false;
    std::string base_key;
};

Match match_v2(const Secret& secret, const ChallengeMessage& challenge, const AuthenticateMessage& message) {
    const std::string owf = ntowf_v2(secret.hash, message.user.text, message.domain.text);
    const std::string_view response = message.nt_response.bytes;
    const std::string proof = v2_proof(owf, challenge.server_challenge, response.substr(16));
    return {proof == response.substr(0, 16), v2_session_base_key(owf, proof)};
}

Match match(const Secret& secret, const ChallengeMessage& challenge, const AuthenticateMessage& message) {
    const std::string& response = message.nt_response.bytes;
    switch (message.kind) {
        case ResponseKind::V2: return match_v2(secret, challenge, message);
        case ResponseKind::V1:
            return {response == v1_response(secret.hash, challenge.server_challenge),
                    v1_session_base_key(secret.hash)};
        case ResponseKind::V1Ess: {
            const std::string nonce = message.lm_response.bytes.substr(0, 8);
            return {response == v1_ess_response(secret.hash, challenge.server_challenge, nonce), {}};
        }
        case ResponseKind::Missing:
        case ResponseKind::Anonymous: break;
    }
    return {};
}

}  // namespace

std::string build_authenticate(std::string_view negotiate, std::string_view challenge, const Login& login) {
    const ChallengeMessage decoded = ntlm::decode_challenge(challenge);
    const auto timestamp = decoded.timestamp();
    const bool with_mic = timestamp.has_value();
    const bool key_exchange =
        (decoded.flags & ntlm::kKeyExchange) != 0 && login.random_session_key.size() == 16;

    const std::string owf = ntowf_v2(ntowf_v1(login.password), login.user, login.domain);
    const std::string blob = ntlm::encode_v2_blob(timestamp.value_or(login.filetime), login.client_challenge,
                                                  blob_pairs(decoded, login, with_mic));
    const std::string proof = v2_proof(owf, decoded.server_challenge, blob);
    const std::string base_key = v2_session_base_key(owf, proof);

    ntlm::AuthenticateParts parts;
    parts.flags = reply_flags(negotiate, decoded, key_exchange);
    parts.nt_response = proof + blob;
    // MS-NLMP 3.1.5.1.2: with a timestamp the LM response is sent as zeros.
    parts.lm_response = with_mic ? std::string(24, '\0')
                                 : lm_v2_response(owf, decoded.server_challenge, login.client_challenge);
    parts.domain = login.domain;
    parts.user = login.user;
    parts.workstation = login.workstation;
    if (key_exchange) parts.session_key = rc4(base_key, login.random_session_key);
    if (with_mic) parts.mic = std::string(16, '\0');
    std::string message = ntlm::encode(parts);
    if (with_mic)
        message.replace(
            ntlm::kMicOffset, 16,
            mic(key_exchange ? login.random_session_key : base_key, negotiate, challenge, message));
    return message;
}

Secret Secret::password(std::string_view utf8) { return {ntowf_v1(utf8)}; }
Secret Secret::nt_hash(std::string_view sixteen_bytes) { return {std::string(sixteen_bytes)}; }

Verification verify_authenticate(const Secret& secret, std::string_view negotiate, std::string_view challenge,
                                 std::string_view authenticate) {
    const AuthenticateMessage message = ntlm::decode_authenticate(authenticate);
    const ChallengeMessage offered = ntlm::decode_challenge(challenge);
    Verification verification;
    verification.kind = message.kind;
    if (offered.server_challenge.size() != 8) return verification;
    const Match matched = match(secret, offered, message);
    verification.proof_matches = matched.proof;
    if (!message.mic) return verification;
    if (!matched.proof || negotiate.empty()) {
        verification.mic = Verification::Mic::CannotTell;
        return verification;
    }
    const std::string key = exported_key(message, matched.base_key);
    const bool good = mic(key, negotiate, challenge, authenticate) == *message.mic;
    verification.mic = good ? Verification::Mic::Good : Verification::Mic::Bad;
    return verification;
}

}  // namespace why401::proof
