#pragma once
// NEGOEX (MS-NEGOEX 2.2): the negotiation inside SPNEGO by which Windows finds PKU2U and the like. Which
// messages there are and which authentication schemes they list. It refuses to read what a scheme itself
// says.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/anomaly.h"

namespace why401::negoex {

constexpr std::string_view kSignature = "NEGOEXTS";

struct Message {
    std::uint32_t type = 0;
    std::uint32_t sequence = 0;
    std::string conversation;               ///< a GUID
    std::vector<std::string> auth_schemes;  ///< GUIDs, of the two NEGO messages
    std::size_t offset = 0, length = 0;     ///< in the token

    std::string name() const;  ///< "INITIATOR_NEGO"; "message 99" for a type without a name
};

struct Messages {
    std::vector<Message> list;  ///< in order; 16 at most
    std::vector<Anomaly> anomalies;
};

/// Whether the bytes begin like NEGOEX.
bool begins(std::string_view token);
/// Reads the messages of a token, one after the other.
Messages decode(std::string_view token);

}  // namespace why401::negoex
