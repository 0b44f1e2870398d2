#pragma once
// The NTLM messages of a story: the usual ones, and how they may differ. Written by the public writers.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tokens/ntlm_flags.h"
#include "tokens/ntlm_write.h"

namespace why401::test {

/// How client and server of a story speak NTLM; lasts until changed.
struct NtlmHabits {
    std::string computer = "WEB01", workstation = "DESK";
    std::string dns_computer;                                ///< empty: not told
    bool timestamps = true;                                  ///< in CHALLENGEs
    bool one_challenge = false;                              ///< every CHALLENGE is the same
    std::uint32_t negotiate_flags = 0, challenge_flags = 0;  ///< beyond the usual ones
    std::uint64_t client_time = 132'000'000'000'000'000ULL;  ///< FILETIME, by the client's own clock
};

/// What is odd about the next AUTHENTICATE.
struct NtlmOddity {
    bool sealed = false;         ///< it says that a MIC seals the messages, and holds one
    std::string rewritten = {};  ///< the computer name in the CHALLENGE as the client got it
    std::optional<std::pair<std::string, std::string>> responses = {};  ///< LM and NT, instead of NTLMv2
};

constexpr std::uint32_t kUsualFlags = ntlm::kUnicode | ntlm::kNtlm | ntlm::kExtendedSessionSecurity;

inline std::string negotiate_message(const NtlmHabits& habits) {
    ntlm::NegotiateParts parts;
    parts.flags = kUsualFlags | habits.negotiate_flags;
    return ntlm::encode(parts);
}

inline ntlm::ChallengeParts challenge_parts(const NtlmHabits& habits, std::uint64_t id) {
    if (habits.one_challenge) id = 1;
    ntlm::ChallengeParts parts;
    parts.flags = kUsualFlags | ntlm::kTargetInfo | habits.challenge_flags;
    parts.server_challenge = std::string(7, 'c') + static_cast<char>('A' + id % 26);
    parts.target_name = "CONTOSO";
    parts.target_info = {ntlm::av_name_pair(ntlm::kAvNbDomainName, "CONTOSO"),
                         ntlm::av_name_pair(ntlm::kAvNbComputerName, habits.computer)};
    if (!habits.dns_computer.empty())
        parts.target_info.push_back(ntlm::av_name_pair(ntlm::kAvDnsComputerName, habits.dns_computer));
    if (habits.timestamps)
        parts.target_info.push_back(ntlm::av_timestamp_pair(132'000'000'000'000'000ULL + id * 12'345));
    return parts;
}

/// `who`: DOMAIN\user or user; `own`: AV pairs of the client's own.
inline std::string authenticate_message(const NtlmHabits& habits, const NtlmOddity& odd, std::string_view who,
                                        const ntlm::ChallengeParts& challenge, const ntlm::AvPairs& own) {
    ntlm::AvPairs pairs = challenge.target_info;
    for (ntlm::AvPair& pair : pairs)
        if (pair.id == ntlm::kAvNbComputerName && !odd.rewritten.empty())
            pair = ntlm::av_name_pair(ntlm::kAvNbComputerName, odd.rewritten);
    pairs.insert(pairs.end(), own.begin(), own.end());
    if (odd.sealed) pairs.push_back(ntlm::av_flags_pair(ntlm::kAvFlagMicPresent));
    ntlm::AuthenticateParts parts;
    parts.flags = kUsualFlags;
    const std::size_t slash = who.find('\\');
    parts.domain = slash == std::string_view::npos ? "" : std::string(who.substr(0, slash));
    parts.user = std::string(slash == std::string_view::npos ? who : who.substr(slash + 1));
    parts.workstation = habits.workstation;
    if (odd.sealed) parts.mic = std::string(16, 'm');
    parts.lm_response = std::string(24, '\0');
    parts.nt_response = std::string(16, 'p') + ntlm::encode_v2_blob(habits.client_time, "clientch", pairs);
    if (odd.responses) {
        parts.lm_response = odd.responses->first;
        parts.nt_response = odd.responses->second;
    }
    return ntlm::encode(parts);
}

}  // namespace why401::test
