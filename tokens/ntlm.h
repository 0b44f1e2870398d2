#pragma once
// The three NTLM messages (MS-NLMP 2.2.1): what they say and where. Decoding never fails: it keeps what can
// be read and says what could not. It refuses to verify anything; tokens/proof does, given a password.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::ntlm {

constexpr std::string_view kSignature{"NTLMSSP\0", 8};
constexpr std::size_t kMaxMessage = 64 * 1024;
constexpr std::size_t kMaxAvPairs = 64;

/// AV_PAIR ids, MS-NLMP 2.2.2.1.
enum AvId : std::uint16_t {
    kAvEol = 0,
    kAvNbComputerName = 1,
    kAvNbDomainName = 2,
    kAvDnsComputerName = 3,
    kAvDnsDomainName = 4,
    kAvDnsTreeName = 5,
    kAvFlags = 6,
    kAvTimestamp = 7,
    kAvSingleHost = 8,
    kAvTargetName = 9,
    kAvChannelBindings = 10,
};
/// "MsvAvNbComputerName"; "MsvAv17" for an id that is not in the list.
std::string av_name(std::uint16_t id);

/// A length-and-offset field of a message and what it points at.
struct Field {
    std::string bytes;       ///< as received
    std::string text;        ///< UTF-8, for fields that are strings
    std::size_t offset = 0;  ///< of the payload in the message; meaningless when empty (MS-NLMP 2.2.1.2)
    std::size_t header = 0;  ///< where the 8-byte field stands in the message
    std::uint16_t max_length = 0;

    bool empty() const { return bytes.empty(); }
    std::size_t length() const { return bytes.size(); }
};

struct AvPair {
    std::uint16_t id = 0;
    std::string value;       ///< raw; strings are always UTF-16LE
    std::size_t offset = 0;  ///< of the value in the message

    std::string text() const;  ///< UTF-8 for names, hex for the rest
};
using AvPairs = std::vector<AvPair>;

/// The first pair with that id, or null.
const AvPair* find(const AvPairs& pairs, std::uint16_t id);
/// The text of a name pair, empty when absent.
std::string av_text(const AvPairs& pairs, std::uint16_t id);
/// MsvAvTimestamp, a FILETIME.
std::optional<std::uint64_t> av_timestamp(const AvPairs& pairs);
/// MsvAvFlags; 0 when absent.
std::uint32_t av_flags(const AvPairs& pairs);
constexpr std::uint32_t kAvFlagConstrained = 1;
constexpr std::uint32_t kAvFlagMicPresent = 2;
constexpr std::uint32_t kAvFlagUntrustedSpn = 4;

struct Version {
    std::uint8_t major = 0;
    std::uint8_t minor = 0;
    std::uint16_t build = 0;
    std::uint8_t revision = 0;
    std::size_t offset = 0;  ///< in the message

    std::string text() const;  ///< "10.0.17763"
};

struct NegotiateMessage {
    std::uint32_t flags = 0;
    Field domain;       ///< OEM
    Field workstation;  ///< OEM
    std::optional<Version> version;
    std::size_t size = 0;  ///< of the message
    std::vector<Anomaly> anomalies;
};

struct ChallengeMessage {
    std::uint32_t flags = 0;
    Field target_name;
    std::string server_challenge;  ///< 8 bytes, at offset 24; shorter when the message is cut off
    Field target_info_field;
    AvPairs target_info;  ///< without MsvAvEOL
    std::optional<Version> version;
    std::size_t size = 0;
    std::vector<Anomaly> anomalies;

    std::string computer() const;  ///< DNS name of the server, else its NetBIOS name, else empty
    std::string domain() const;    ///< NetBIOS domain, else DNS domain, else target name
    std::optional<std::uint64_t> timestamp() const { return av_timestamp(target_info); }
};

/// NTLMv2_RESPONSE, MS-NLMP 2.2.2.7 and 2.2.2.8.
struct V2Response {
    std::string proof;       ///< NTProofStr, 16 bytes
    std::uint64_t time = 0;  ///< FILETIME
    std::size_t time_offset = 0;
    std::string client_challenge;  ///< 8 bytes
    std::size_t client_challenge_offset = 0;
    AvPairs pairs;  ///< the challenge's, echoed, and the client's own
};

enum class ResponseKind { Missing, Anonymous, V1, V1Ess, V2 };
/// "NTLMv2", "NTLMv1", "NTLMv1+ESS", "anonymous", "none".
const char* name_of(ResponseKind kind);

struct AuthenticateMessage {
    std::uint32_t flags = 0;
    Field lm_response;
    Field nt_response;
    Field domain;
    Field user;
    Field workstation;
    Field session_key;  ///< EncryptedRandomSessionKey
    std::optional<Version> version;
    std::optional<std::string> mic;  ///< 16 bytes at kMicOffset, when MsvAvFlags announces it
    ResponseKind kind = ResponseKind::Missing;
    std::optional<V2Response> v2;
    std::size_t size = 0;
    std::vector<Anomaly> anomalies;

    /// DOMAIN\user, user@realm as sent, or empty for an anonymous login.
    std::string identity() const;
    std::string target_spn() const;  ///< MsvAvTargetName, empty when absent
    /// "absent", "zero" (sent, but all zero) or 32 hex digits.
    std::string channel_bindings() const;
};
constexpr std::size_t kMicOffset = 72;

/// 1, 2, 3 for something that carries the NTLM signature (0 when its type is cut off or another); nothing
/// otherwise.
std::optional<std::uint32_t> message_type(std::string_view bytes);

NegotiateMessage decode_negotiate(std::string_view message);
ChallengeMessage decode_challenge(std::string_view message);
AuthenticateMessage decode_authenticate(std::string_view message);

enum class Answer { Yes, No, CannotTell };
/// Whether `reply` was computed over `challenge`, judged without secrets: an NTLMv2 response carries a copy
/// of the challenge's target info, whose timestamp counts 100 ns and decides. Without that copy, or without a
/// timestamp: CannotTell, unless the names differ.
Answer answers(const AuthenticateMessage& reply, const ChallengeMessage& challenge);
/// The names that differ in a copy of this very challenge (answers() says Yes): somebody rewrote one of them.
std::vector<std::uint16_t> changed_names(const AuthenticateMessage& reply, const ChallengeMessage& challenge);

/// A FILETIME as "2019-02-07T14:14:37.0176630Z"; "never" for 0.
std::string filetime_text(std::uint64_t filetime);
/// Seconds since 1970 of a FILETIME, for comparing clocks; fractions dropped.
std::int64_t filetime_to_unix(std::uint64_t filetime);
std::uint64_t filetime_from_unix(std::int64_t seconds);

}  // namespace why401::ntlm
