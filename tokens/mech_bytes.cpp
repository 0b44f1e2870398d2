#include "tokens/mech_bytes.h"

#include "tokens/ntlm.h"
#include "tokens/spnego.h"
#include "wire/base64.h"

namespace why401 {

std::string mech_bytes(std::string_view token68) {
    std::string bytes = base64::decode(token68).bytes;
    if (ntlm::message_type(bytes)) return bytes;
    spnego::Message message = spnego::decode(bytes);
    if (auto* init = std::get_if<spnego::NegTokenInit>(&message)) return std::move(init->mech_token);
    if (auto* resp = std::get_if<spnego::NegTokenResp>(&message)) return std::move(resp->response_token);
    return bytes;
}

}  // namespace why401
