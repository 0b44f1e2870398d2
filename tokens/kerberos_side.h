#pragma once
// Kerberos messages that are no login yet: user-to-user asks for the server's TGT
// (draft-swift-win2k-krb-user2user), IAKERB carries the talk with the KDC through the server
// (draft-ietf-kitten-iakerb), and messages of that talk itself. It recognises and names them, with realm and
// service where they are in clear, and refuses to read further.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/kerberos.h"

namespace why401::kerberos {

constexpr std::string_view kMechIakerb = "1.3.6.1.5.2.5";

struct SideMessage {
    std::string kind;     ///< "TGT-REQ", "TGT-REP", "IAKERB-PROXY", "AS-REQ", "AS-REP", "TGS-REQ", "TGS-REP"
    std::string mech;     ///< the OID of the GSS frame; empty when bare
    std::string carried;  ///< IAKERB: kind of the message it carries, "KRB-ERROR" too; may be empty
    std::string realm;
    Place realm_at;
    Principal sname;
    std::optional<KrbError> error;  ///< IAKERB: the KDC's refusal
    std::vector<Anomaly> anomalies;
};

/// Nothing when it is none of these.
std::optional<SideMessage> decode_side(std::string_view token);

}  // namespace why401::kerberos
