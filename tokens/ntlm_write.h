#pragma once
// Writes NTLM messages from their parts (MS-NLMP 2.2.1), laid out as Windows lays them out. It refuses to
// invent: flags, challenges, responses and versions are the caller's.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokens/ntlm.h"

namespace why401::ntlm {

struct NegotiateParts {
    std::uint32_t flags = 0;
    std::string domain;       ///< sent when kOemDomainSupplied is set
    std::string workstation;  ///< sent when kOemWorkstationSupplied is set
    std::optional<Version> version;
};
std::string encode(const NegotiateParts& parts);

struct ChallengeParts {
    std::uint32_t flags = 0;
    std::string server_challenge;  ///< 8 bytes
    std::string target_name;       ///< UTF-8; OEM on the wire unless kUnicode is set
    AvPairs target_info;           ///< without MsvAvEOL; sent when kTargetInfo is set
    std::optional<Version> version;
};
std::string encode(const ChallengeParts& parts);

struct AuthenticateParts {
    std::uint32_t flags = 0;
    std::string lm_response;
    std::string nt_response;
    std::string domain;  ///< UTF-8, as user and workstation
    std::string user;
    std::string workstation;
    std::string session_key;
    std::optional<Version> version;
    std::optional<std::string> mic;  ///< 16 bytes; zeros reserve the place that proof::mic fills
};
std::string encode(const AuthenticateParts& parts);

/// AV_PAIRs for the writers.
AvPair av_name_pair(std::uint16_t id, std::string_view utf8);
AvPair av_timestamp_pair(std::uint64_t filetime);
AvPair av_flags_pair(std::uint32_t flags);
/// The pairs one after the other, closed by MsvAvEOL.
std::string encode_av_pairs(const AvPairs& pairs);

/// NTLMv2_CLIENT_CHALLENGE ("temp" in MS-NLMP 3.3.2): header, time, client challenge, pairs, four zero bytes.
std::string encode_v2_blob(std::uint64_t filetime, std::string_view client_challenge, const AvPairs& pairs);

}  // namespace why401::ntlm
