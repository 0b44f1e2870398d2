// Any bytes as a token of Negotiate, and as a header value: DER, SPNEGO, Kerberos and whatever is inside.
#include <cstdint>
#include <cstdlib>

#include "tokens/credential_view.h"
#include "tokens/describe.h"

namespace {

using namespace why401;

void require(bool claim) {
    if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Token token = decode_bytes(bytes);
    require(message_name(token) != "");
    require(anomalies(token).size() <= 70);
    for (const DescribedField& field : describe(token)) require(field.offset + field.length <= size);
    const Token inner = inner_token(token);
    describe(inner);
    if (const auto* init = std::get_if<spnego::NegTokenInit>(&token))
        require(bytes.substr(init->mech_token_at.offset, init->mech_token_at.length) == init->mech_token);
    const negoex::Messages messages = negoex::decode(bytes);
    require(messages.list.size() <= 16);
    for (const negoex::Message& message : messages.list) require(message.offset + message.length <= size);
    view_credentials(bytes);
    view_challenge(bytes);
    return 0;
}
