#pragma once
// SPNEGO (RFC 4178, MS-SPNG): which mechanisms are offered, how far the negotiation is, and the token inside.
// It refuses indefinite lengths, deep nesting and everything that is not one of its two messages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokens/mech_token.h"
#include "wire/anomaly.h"

namespace why401::spnego {

constexpr std::string_view kMech = "1.3.6.1.5.5.2";
constexpr std::string_view kNtlmMech = "1.3.6.1.4.1.311.2.2.10";
constexpr std::string_view kNegoExMech = "1.3.6.1.4.1.311.2.2.30";
constexpr std::size_t kMaxMechs = 64;

using kerberos::Place;

struct NegTokenInit {
    bool gss_framed = false;              ///< 60 .. 1.3.6.1.5.5.2 around it, as RFC 4178 4.2 demands
    std::vector<std::string> mech_types;  ///< OIDs in order of preference
    Place mech_types_at;
    std::optional<std::uint32_t> req_flags;
    std::string mech_token;
    Place mech_token_at;
    std::string mech_list_mic;
    std::string hint_name;  ///< NegTokenInit2 (MS-SPNG 2.2.1), sent by servers
    MechToken inner;        ///< decoded mech_token
    std::vector<Anomaly> anomalies;
};

enum class NegState { AcceptCompleted = 0, AcceptIncomplete = 1, Reject = 2, RequestMic = 3 };
/// "accept-completed" and so on.
const char* name_of(NegState state);

struct NegTokenResp {
    std::optional<NegState> neg_state;
    Place neg_state_at;
    std::string supported_mech;  ///< OID; empty when absent
    Place supported_mech_at;
    std::string response_token;
    Place response_token_at;
    std::string mech_list_mic;
    MechToken inner;
    std::vector<Anomaly> anomalies;
};

/// monostate: not SPNEGO.
using Message = std::variant<std::monostate, NegTokenInit, NegTokenResp>;
Message decode(std::string_view token);

/// "Kerberos", "NTLMSSP", "NEGOEX" ...; empty when unknown.
std::string mech_name(std::string_view oid);

// Writers, for clients and servers of our own.
std::string encode_init(const std::vector<std::string>& mech_types, std::string_view mech_token);
/// Absent parts are left out: no state, an empty mechanism, an empty token.
std::string encode_resp(std::optional<NegState> state, std::string_view supported_mech,
                        std::string_view response_token);

}  // namespace why401::spnego
