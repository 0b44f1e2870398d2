#include "tokens/mech_token.h"

#include <utility>

namespace why401 {

namespace {

MechToken decode_ntlm(std::string_view bytes, std::uint32_t type) {
    switch (type) {
        case 1: return ntlm::decode_negotiate(bytes);
        case 2: return ntlm::decode_challenge(bytes);
        case 3: return ntlm::decode_authenticate(bytes);
        default: break;
    }
    return UnknownToken{std::string(bytes),
                        {{"an NTLM signature with an unknown message type", 8, "MS-NLMP 2.2.1"}}};
}

}  // namespace

MechToken decode_mech_token(std::string_view bytes) {
    if (bytes.empty()) return {};
    if (const auto type = ntlm::message_type(bytes)) return decode_ntlm(bytes, *type);
    if (negoex::begins(bytes)) return negoex::decode(bytes);
    kerberos::Message message = kerberos::decode(bytes);
    if (auto* request = std::get_if<kerberos::ApReq>(&message)) return std::move(*request);
    if (auto* reply = std::get_if<kerberos::ApRep>(&message)) return std::move(*reply);
    if (auto* error = std::get_if<kerberos::KrbError>(&message)) return std::move(*error);
    if (auto side = kerberos::decode_side(bytes)) return std::move(*side);
    return UnknownToken{std::string(bytes), {{"neither NTLM nor Kerberos", 0, ""}}};
}

}  // namespace why401
